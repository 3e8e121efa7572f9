"""Faults of the data pipeline: what reaches the model is not what is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.features import Schema

if TYPE_CHECKING:
    from loopsim.environments.lending.settings import Fault


def spoil(
    features: NDArray[np.float64],
    faults: Sequence[Fault],
    schema: Schema,
    draws: Draws,
    t: int,
    ids: NDArray[np.int64],
) -> None:
    """Blank, scale or shift features in place, for a keyed share of the cases."""
    for k, fault in enumerate(faults):
        hit = draws.uniform(Stream.PIPELINE, t, ids, k=k) < fault.share
        column = features[:, schema.index(fault.feature)]
        column[hit] = np.nan if fault.blank else column[hit] * fault.scale + fault.offset

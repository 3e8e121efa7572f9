"""A round of cases to decide on."""

from collections.abc import Callable

import numpy as np
import pytest

from loopsim.cases import Cases


@pytest.fixture
def make_cases() -> Callable[..., Cases]:
    """``make_cases(scores, group=zeros, t=0)``: cases with ids 0, 1, 2 ..."""

    def make(scores, group=None, t=0) -> Cases:
        scores = np.asarray(scores, dtype=np.float64)
        ids = np.arange(scores.size)
        group = np.zeros(scores.size) if group is None else np.asarray(group)
        return Cases(t, ids, ids, group.astype(np.int8), scores=scores)

    return make

"""Cases by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.oversight.base import Floats

AUDIT = -1  # repeat k of the keyed draw; a reviewer's are 0 and above


@dataclass(frozen=True)
class RandomRoute:
    """A share of the cases, all equally urgent; see `loopsim.oversight.base.Route`."""

    share: float

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`."""
        u = draws.uniform(Stream.REVIEW, cases.round, cases.ids, k=AUDIT)
        return np.where(u < self.share, 0.0, np.nan)

"""The observed ledger where decisions are slates: what a team sees of its own recommender."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import inequality
from loopsim.cases import Cases
from loopsim.environments.base import Money
from loopsim.monitoring import metrics
from loopsim.monitoring.observed import Dashboard

Floats = NDArray[np.float64]


class SlateDashboard(Dashboard):
    """`Dashboard` for impressions, with how evenly the items are shown.

    Besides the rates of `metrics.impressions`: `exposure_gini` and `catalogue_coverage`, of the
    items that may be shown now, over the impressions in the window.
    """

    def __init__(
        self, groups: int, money: Money, window: int, minimum: int, signals: tuple[str, ...] = ()
    ) -> None:
        super().__init__(groups, money, window, minimum, signals)
        self._shown = np.zeros((window, 0), dtype=np.int64)
        self._pool = np.zeros(0, dtype=np.bool_)

    def start(self, t: int) -> None:
        """Forget what has left the window."""
        super().start(t)
        self._shown[t % self.window] = 0

    def see_cases(self, t: int, cases: Cases) -> None:
        """Impressions of round t; whether they are clicked is unknown yet."""
        super().see_cases(t, cases)
        self._pool = cases.pool
        more = cases.pool.size - self._shown.shape[1]
        self._shown = np.pad(self._shown, ((0, 0), (0, more)))
        self._shown[t % self.window] += np.bincount(cases.item, minlength=cases.pool.size)

    def _summary(self, labelled: NDArray[np.int64], decided: NDArray[np.int64]) -> dict[str, Any]:
        figures = metrics.impressions(labelled, self.minimum)
        figures["score"] = metrics.score(metrics.with_all(decided))
        shown = self._shown.sum(axis=0)[self._pool]
        nobody = np.full(decided.shape[0], np.nan)
        figures["exposure_gini"] = np.r_[inequality.gini(shown), nobody]
        figures["catalogue_coverage"] = np.r_[inequality.reached(shown), nobody]
        return figures

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return super().state() | {"shown": self._shown, "pool": self._pool}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        super().restore(state)
        self._shown, self._pool = state["shown"], state["pool"]

"""Levels that the live version has never seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.feedback import LabelBatch
from loopsim.monitoring.sample import some
from loopsim.monitoring.watch import Floats, Reading


class CategoryMonitor:
    """The largest share of cases with a level of any category that was not fitted on.

    Parameters
    ----------
    schema : Schema
        The features; at least one has levels.
    above : float
        Share that alarms.
    name : str

    Raises
    ------
    InputError
        If no feature is a category.
    """

    def __init__(self, schema: Schema, above: float, name: str = "new-category") -> None:
        if not schema.levels:
            raise InputError(f"monitor {name}: none of the world's features is a category")
        self.above, self.name, self.levels = above, name, dict(schema.levels)
        self._at = {feature: schema.index(feature) for feature in self.levels}
        most = max(len(levels) for levels in self.levels.values())
        self._known = np.zeros((len(self.levels), most), dtype=bool)
        self._now = np.full((len(self.levels), most), np.nan)

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        self._known = self._shares(features) > 0.0

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`; labels have no levels of their own."""

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        features = some(cases)
        empty = features is None or not self._known.any()
        self._now = np.full(self._known.shape, np.nan) if empty else self._shares(features)

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        if np.isnan(self._now).all():
            return Reading({self.name: float("nan")})
        share = np.where(self._known, 0.0, self._now)
        worst = int(share.sum(axis=1).argmax())
        total = float(share[worst].sum())
        feature = list(self.levels)[worst]
        new = ", ".join(self.levels[feature][i] for i in np.flatnonzero(share[worst]))
        said = f"{feature} is new in {total:.1%} of the cases: {new}"
        return Reading({self.name: total}, said if total > self.above else "")

    def _shares(self, features: Any) -> Floats:
        """(categories, levels) shares of the cases."""
        out = np.zeros(self._known.shape)
        for k, j in enumerate(self._at.values()):
            codes = features[:, j][~np.isnan(features[:, j])].astype(np.int64)
            out[k] = np.bincount(codes, minlength=out.shape[1]) / max(len(features), 1)
        return out

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {"known": self._known, "now": self._now}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._known, self._now = state["known"], state["now"]

"""Direct loss estimation: a second model that has learned where the first one errs.

On the rows that the live version was fitted on, its squared errors are learned from the features
and its score (gradient boosting; the method of NannyML). The mean of what is predicted for a
round's cases is the loss to be expected there, before any label has come.

It notices cases that have moved to where the model is bad. It is blind where the outcome given the
features has changed (hidden concept drift), and where the features were never seen. The rows are
the model's own: one that overfits looks better there than it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from loopsim.cases import Cases
from loopsim.feedback import LabelBatch, unknown
from loopsim.monitoring.sample import matrix, sample, thinned
from loopsim.monitoring.watch import Floats, Reading


class DLEMonitor:
    """Estimated Brier score of the last round's cases.

    Parameters
    ----------
    name : str
        The figure is ``<name>.brier``.
    width : int
        Number of features.
    minimum : int
        Fewer labelled rows teach nothing.
    rise : float
        Alarm where the estimate is so much above what it was when the version went live.
    size : int
        Cases looked at in a round.
    rows : int
        Labelled rows that are learned from, at most.
    """

    def __init__(
        self, name: str, width: int, minimum: int, rise: float, size: int, rows: int
    ) -> None:
        self.name, self.minimum, self.rise, self.size, self.rows = name, minimum, rise, size, rows
        self._learned = np.empty((0, width + 2))  # features, score, label
        self._losses: Any = None
        self._now = self._usual = float("nan")

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        known = np.flatnonzero(~unknown(labels))
        few = thinned(known, self.rows)
        self._learned = np.column_stack([features[few], scores[few], labels[few]])
        self._losses = None
        self._now = self._usual = float("nan")

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`; labels come without the features to learn from."""

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        features = matrix(cases)
        self._now = float("nan")
        if features is None or not len(cases) or len(self._learned) < self.minimum:
            return
        at = sample(cases.prediction_id, self.size)
        rows = np.column_stack([features[at], cases.scores[at]])
        with threadpool_limits(1):
            losses = self._model().predict(rows[:, self._known])
        self._now = float(np.clip(losses, 0.0, 1.0).mean())

    @property
    def _known(self) -> NDArray[np.intp]:
        """Columns in which there is anything to learn from; the score always is one."""
        return np.flatnonzero(~np.isnan(self._learned[:, :-1]).all(axis=0))

    def _model(self) -> Any:
        """What has learned the losses; made when it is needed, so that it need not be saved."""
        if self._losses is None:
            from sklearn.ensemble import HistGradientBoostingRegressor

            score, label = self._learned[:, -2:].T
            model = HistGradientBoostingRegressor(
                max_iter=60, max_leaf_nodes=15, min_samples_leaf=50, random_state=0
            )
            seen = self._learned[:, self._known]
            self._losses = model.fit(seen, (score - label) ** 2)
        return self._losses

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        now = self._now
        if np.isnan(self._usual):
            self._usual = now
        said = f"estimated Brier score is {now:.3f}, it was {self._usual:.3f}"
        alarmed = now > self._usual + self.rise
        return Reading({f"{self.name}.brier": now}, said if alarmed else "")

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {"learned": self._learned, "figures": np.array([self._now, self._usual])}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._learned, self._losses = state["learned"], None
        self._now, self._usual = (float(x) for x in state["figures"])

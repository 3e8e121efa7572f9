"""The stream monitor: a detector of the literature, fed value by value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.feedback import LabelBatch
from loopsim.monitoring.sample import sample
from loopsim.monitoring.watch import Floats, Reading


class StreamMonitor:
    """Watches one figure of each case as labels (or scores) come; reads the round's mean of it.

    A case's place within a round is that of its id's hash, so a stream has no order but the rounds.
    A new version starts a new stream, and labels of its predecessors' decisions are not in it. The
    detector is one of river's. It cannot be saved, so the values that it was fed are kept, at most
    `memory` of them: then it is made anew and fed the later half. A run that is taken up again
    feeds it the same values.

    Parameters
    ----------
    name : str
    make : callable
        Makes a detector with ``update(value)`` and ``drift_detected``.
    on : {"error", "loss", "score"}
        ``error``: 1 where the outcome was not what the action took it for; ``loss``: the squared
        distance of score and outcome; both of what got a label. ``score``: of every case.
    size : int
        Values in a round, at most.
    memory : int
        Values kept, at most.
    """

    def __init__(
        self, name: str, make: Callable[[], Any], on: str, size: int, memory: int = 10_000
    ) -> None:
        self.name, self.make, self.on, self.size, self.memory = name, make, on, size, memory
        self._detector: Any = None
        self._fed = np.empty(0)
        self._round = np.empty(0)
        self._alarmed, self._usual = False, float("nan")
        self._since, self._t = 0, 0

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        self._since, self._fed, self._round = self._t, self._fed[:0], self._round[:0]
        self._detector, self._alarmed = None, False

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`."""
        self._t = t
        if self.on != "score":
            batch = batch.take((batch.kind == 0) & (batch.opened >= self._since))
            batch = batch.take(sample(batch.prediction_id, self.size))
            self._feed(self._figure(batch))

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        if self.on == "score":
            self._feed(cases.scores[sample(cases.prediction_id, self.size)])

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        self._t = t
        now = float(self._round.mean()) if self._round.size else float("nan")
        said = f"the mean {self.on} is {now:.3g}"
        said += "" if np.isnan(self._usual) else f", before it was {self._usual:.3g}"
        reading = Reading({self.name: now}, said if self._alarmed else "")
        self._alarmed, self._round = False, self._round[:0]
        return reading

    def _figure(self, batch: LabelBatch) -> Floats:
        if self.on == "error":
            return (batch.label != batch.action).astype(float)
        return (batch.score - batch.label) ** 2

    def _feed(self, values: Floats) -> None:
        """Show the detector some values, and remember them."""
        self._usual = float(self._fed.mean()) if self._fed.size else float("nan")
        self._alarmed = self._shown(values)
        self._round = np.array(values, dtype=float)
        self._fed = np.concatenate([self._fed, values])
        if self._fed.size > self.memory:
            self._fed = self._fed[-(self.memory // 2) :]
            self._detector = None

    def _shown(self, values: Floats) -> bool:
        """Whether the detector, which knows all that was fed, detects a drift in these values."""
        if self._detector is None:
            self._detector = self.make()
            for value in self._fed.tolist():
                self._detector.update(value)
        drift = False
        for value in values.tolist():
            self._detector.update(value)
            drift |= self._detector.drift_detected
        return drift

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        counters = np.array([self._since, self._t, self._alarmed], dtype=np.int64)
        usual = np.array([self._usual])
        return {"fed": self._fed, "round": self._round, "usual": usual, "counters": counters}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._fed, self._round, self._detector = state["fed"], state["round"], None
        self._usual = float(state["usual"][0])
        self._since, self._t = (int(x) for x in state["counters"][:2])
        self._alarmed = bool(state["counters"][2])

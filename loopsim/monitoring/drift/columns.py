"""What is watched: a table of columns, of what was fitted on and of each round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.features import Schema
from loopsim.feedback import LabelBatch, unknown
from loopsim.monitoring.sample import matrix, sample

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """One table for every place that the values come from.

    Parameters
    ----------
    of : {"features", "scores", "labels", "margins"}
        A margin is |2·score − 1|: 0 where the model cannot tell, 1 where it is certain.
    schema : Schema
        The features.
    """

    of: str
    schema: Schema

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        single = {"scores": "score", "labels": "label", "margins": "margin"}
        return self.schema.names if self.of == "features" else (single[self.of],)

    @property
    def levels(self) -> tuple[int | None, ...]:
        """How many levels each column has; None for numbers."""
        sizes = {name: len(levels) for name, levels in self.schema.levels.items()}
        return tuple(sizes.get(name) if self.of == "features" else None for name in self.names)

    def fitted(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> Floats:
        """(n, columns) of what a version was fitted on."""
        if self.of == "features":
            return features
        if self.of == "labels":
            return labels[~unknown(labels)].astype(float)[:, None]
        return self._scores(scores)

    def of_cases(self, cases: Cases, size: int) -> Floats:
        """(at most size, columns) of a round's cases."""
        rows = matrix(cases) if self.of == "features" else cases.scores
        if self.of == "labels" or rows is None:
            return np.empty((0, len(self.names)))
        picked = np.array(rows[sample(cases.prediction_id, size)], dtype=float)
        return picked if self.of == "features" else self._scores(picked)

    def of_labels(self, batch: LabelBatch, size: int) -> Floats:
        """(at most size, columns) of the labels that came; other feedback is no label."""
        outcomes = batch.take(batch.kind == 0)
        picked = sample(outcomes.prediction_id, size) if self.of == "labels" else slice(0)
        return outcomes.label[picked].astype(float)[:, None]

    def _scores(self, scores: Floats) -> Floats:
        values = np.abs(2.0 * scores - 1.0) if self.of == "margins" else scores
        return np.array(values, dtype=float)[:, None]

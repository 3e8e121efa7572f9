"""A linear slate scorer whose weights are set from outside, between a model and a policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.slates import Catalogue, Scorer, Slates, Visits

Floats = NDArray[np.float64]


def names(catalogue: Catalogue) -> tuple[str, ...]:
    """What the weights are of: the model's score, each attribute of the items, and newness."""
    attributes = [f"weights.attribute.{j}" for j in range(catalogue.attributes.shape[1])]
    return ("weights.model", *attributes, "weights.new")


def plain(size: int) -> Floats:
    """The weights under which the policy sees what the model said: 1, then zeros."""
    return np.r_[1.0, np.zeros(size - 1)]


def columns(catalogue: Catalogue, t: int) -> Floats:
    """(m, d + 1) of each item: its attributes in standard deviations from their mean, and newness.

    Newness is 1 in the round in which an item came, 1/2 in the next, 1/3 then. An attribute that
    all items share is 0.
    """
    x = catalogue.attributes
    spread = x.std(axis=0)
    z = np.divide(x - x.mean(axis=0), spread, out=np.zeros(x.shape), where=spread > 0)
    new = 1.0 / (1.0 + np.maximum(t - catalogue.born, 0))
    return np.column_stack([z, new])


@dataclass(frozen=True, eq=False)
class WeightedScorer:
    """The model's scores times a weight, plus what each item gets by its own columns.

    Parameters
    ----------
    inner : Scorer
    weight : float
        Of the model's score, in the model's own unit.
    items : (m,) float32 array
    """

    inner: Scorer
    weight: float
    items: NDArray[np.float32]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return np.float32(self.weight) * self.inner.block(at) + self.items

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`: the model's own scale, so it ranks but is not calibrated."""
        return self.inner.believed(scores)


@dataclass(frozen=True, eq=False)
class WeightedPolicy:
    """A slate policy that sees weighted scores; see `SlatePolicy`.

    Parameters
    ----------
    policy : SlatePolicy
    weights : (2 + d,) float64 array
        In the order of `names`.
    """

    policy: Any
    weights: Floats

    @property
    def k(self) -> int:
        """Items shown to each visit."""
        return int(self.policy.k)

    @property
    def name(self) -> str:
        """The inner policy's."""
        return f"weighted {self.policy.name}"

    def decide(self, cases: Cases, draws: Draws) -> Slates:
        """See `SlatePolicy.decide`."""
        visits: Visits = cases.features
        by_item = (columns(visits.catalogue, cases.round) @ self.weights[1:]).astype(np.float32)
        scores = WeightedScorer(cases.scores, float(self.weights[0]), by_item)
        return self.policy.decide(replace(cases, scores=scores), draws)  # type: ignore[no-any-return]

"""Small pushes: one thing, changed a little, in one round.

A push is applied just before a phase of the round; everything else goes its way. Which cases it
touches is drawn by the same keys as everything else, so a push of size 0 changes no byte.

>>> push = Scores(0.02, group="black")
>>> push.scaled(-2.0).size, push.describe()
(-0.04, "the live model's scores of group black up by 0.02")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from loopsim.clock import Phase
from loopsim.draws import Stream
from loopsim.environments.base import BAD, GOOD, form
from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation

P = TypeVar("P", bound="Push")


class Perturbation(Protocol):
    """One thing that can be pushed; a world may offer its own.

    A world's are found in its attribute ``perturbations``: a dict from names to callables that take
    ``(size, group, feature)`` and make one. Objects must be picklable.
    """

    @property
    def size(self) -> float:
        """How far; its sign says in which direction."""
        ...

    @property
    def phase(self) -> Phase:
        """It is applied in round t just before this phase."""
        ...

    def apply(self, sim: Simulation, t: int) -> None:
        """Push, in place. It may change what the round has made so far, and the people."""
        ...

    def scaled(self, by: float) -> Perturbation:
        """The same push, `by` times as large."""
        ...

    def describe(self) -> str:
        """What is pushed and how far, in words.

        A push may also have ``trace(sim) -> float``: what to follow, read after every round, where
        no metric is asked for.
        """
        ...


@dataclass(frozen=True)
class Push:
    """What all built-in pushes have.

    Parameters
    ----------
    size : float
    group : str
        Whom it touches; ``"all"`` for everybody.
    """

    size: float
    group: str = "all"
    phase: ClassVar[Phase]
    what: ClassVar[str]

    def scaled(self: P, by: float) -> P:
        """See `Perturbation.scaled`."""
        return replace(self, size=self.size * by)

    def describe(self) -> str:
        """See `Perturbation.describe`."""
        whose = "everybody" if self.group == "all" else f"group {self.group}"
        way = "up" if self.size >= 0 else "down"
        return f"{self.what} of {whose} {way} by {abs(self.size):g}"

    def touched(self, sim: Simulation, group: NDArray[Any]) -> NDArray[np.bool_]:
        """(n,) who of some group codes is touched."""
        if self.group == "all":
            return np.ones(group.size, dtype=bool)
        return group == sim.world.groups.index(self.group)


class Scores(Push):
    """Shift what the live model says of a group; scores stay in [0, 1]."""

    phase, what = Phase.DECIDE, "the live model's scores"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        here = self.touched(sim, sim.cases.group)
        scores = sim.cases.scores + np.where(here, self.size, 0.0)
        sim.cases.scores = scores if form(sim.world) == "value" else np.clip(scores, 0.0, 1.0)


class Threshold(Push):
    """Shift the policy's threshold: it decides on lower scores, while the log has the true ones."""

    phase, what = Phase.DECIDE, "the policy's threshold"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        scores = sim.cases.scores
        here = self.touched(sim, sim.cases.group)
        sim.cases.scores = np.clip(scores - np.where(here, self.size, 0.0), 0.0, 1.0)

        def back() -> None:
            sim.cases.scores = scores

        sim.clock.at(t, Phase.DECIDE, back)  # after the decision: what comes later goes last


class Exposure(Push):
    """Turn the answers of a share of the cases into yes (a negative size: into no)."""

    phase, what = Phase.REVIEW, "the share of yes"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        cases = sim.cases
        answer = np.int8(self.size > 0)
        at = self._picked(sim, self.touched(sim, cases.group), cases.actions != answer, t)
        cases.actions = cases.actions.copy()
        cases.actions[at] = answer

    def _picked(
        self, sim: Simulation, here: NDArray[np.bool_], open_: NDArray[np.bool_], t: int
    ) -> NDArray[np.int64]:
        """Of those touched whose value may change, so many that the mean moves by `size`."""
        able = np.flatnonzero(here & open_)
        count = min(round(abs(self.size) * int(here.sum())), able.size)
        keys = sim.draws.uniform(Stream.TIE, t, sim.cases.ids[able], k=2)
        return able[np.argsort(keys, kind="stable")[:count]]


class Labels(Exposure):
    """Flip labels of this round's cases, as they will come in: a share from bad to good (a negative
    size: from good to bad). The world is untouched; only what is learned changes."""

    phase, what = Phase.LOG, "the share of good labels"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        label = sim.outcomes.label
        new, old = (GOOD, BAD) if self.size > 0 else (BAD, GOOD)
        known = self.touched(sim, sim.cases.group) & (label < 2)
        at = self._picked(sim, known, label == old, t)
        changed = label.copy()
        changed[at] = new
        sim.outcomes = replace(sim.outcomes, label=changed)


@dataclass(frozen=True)
class Features(Push):
    """Shift one feature of people, as the model sees them in one round; people stay as they are.

    Parameters
    ----------
    feature : str
        Its unit is the size's.
    """

    feature: str = ""
    phase, what = Phase.SCORE, "a feature, as it is seen,"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        here = self.touched(sim, sim.cases.group)
        seen = sim.cases.features.copy()
        seen[here, self._column(sim)] += self.size
        sim.cases.features = seen

    def _column(self, sim: Simulation) -> int:
        return sim.world.schema.names.index(self.feature) if self.feature else 0


class People(Features):
    """Shift one feature of people themselves, for good, in the column that decisions move."""

    phase, what = Phase.ARRIVE, "a feature"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        if "carried" not in sim.people:
            raise InputError("people: this world has no column 'carried' to push")
        carried = sim.people["carried"]
        here = self.touched(sim, np.asarray(sim.world.group(sim.people, slice(None))))
        column = carried if carried.ndim == 1 else carried[:, self._column(sim)]
        column[here] += self.size


@dataclass(frozen=True)
class Items(Push):
    """Score some items higher for a group's visits: a keyed share of all items, by `size` times the
    standard deviation of each visit's scores. Followed by the share of what is shown to the group
    that they make up.

    Parameters
    ----------
    share : float in (0, 1)
    """

    share: float = 0.1
    phase, what = Phase.DECIDE, "scores of a tenth of the items, in standard deviations,"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        visits = sim.cases.features
        boost = np.where(self._among(sim, np.arange(len(visits.catalogue))), self.size, 0.0)
        here = self.touched(sim, sim.cases.group)
        sim.cases.scores = Boosted(sim.cases.scores, boost.astype(np.float32), here)

    def trace(self, sim: Simulation) -> float:
        """See `Perturbation.describe`."""
        shown = sim.cases.item[self.touched(sim, sim.cases.group)]
        return float(self._among(sim, shown).mean()) if shown.size else float("nan")

    def _among(self, sim: Simulation, items: NDArray[np.int64]) -> NDArray[np.bool_]:
        return sim.draws.uniform(Stream.TIE, -1, items, k=3) < self.share


@dataclass(frozen=True, eq=False)
class Boosted:
    """A `Scorer` that adds to some items' scores for some visits."""

    scorer: Any
    boost: NDArray[np.float32]
    here: NDArray[np.bool_]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `loopsim.slates.Scorer.block`."""
        scores = self.scorer.block(at)
        spread = scores.std(axis=1) * self.here[at]
        return np.asarray(scores + spread[:, None] * self.boost, dtype=np.float32)

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """See `loopsim.slates.Scorer.believed`."""
        return self.scorer.believed(scores)  # type: ignore[no-any-return]


Make = Callable[..., Perturbation]
KINDS: dict[str, Make] = {
    "scores": Scores,
    "threshold": Threshold,
    "exposure": Exposure,
    "labels": Labels,
    "features": Features,
    "people": People,
    "items": Items,
}


def make(
    scenario: Scenario, what: str, size: float, group: str = "all", feature: str | None = None
) -> Perturbation:
    """The push of a name: one of loopsim's, or one that the scenario's world offers.

    Raises
    ------
    InputError
        An unknown name, group or feature; a size of 0; a push that is not for this world.
    """
    world = scenario.environment.build(scenario.strengths())
    own: dict[str, Make] = getattr(world, "perturbations", {})
    slates = form(world) == "slate"
    kinds = [k for k in KINDS if slates == (k == "items")] + list(own)
    if what not in kinds:
        raise InputError(f"no perturbation {what!r} for this world; {there_are(kinds, what)}")
    groups = ("all", *world.groups)
    if group not in groups:
        raise InputError(f"no group {group!r}; {there_are(groups, group)}")
    if not np.isfinite(size) or size == 0.0:
        raise InputError(f"size = {size}: must be a number other than 0")
    if what in own:
        return own[what](size, group, feature)
    if what not in ("features", "people"):
        if feature is not None:
            raise InputError(f"feature = {feature}: {what} has none; leave it out")
        return KINDS[what](size, group)
    names = world.schema.names
    if feature not in names:
        raise InputError(f"no feature {feature!r} to push; {there_are(names, feature)}")
    return KINDS[what](size, group, feature)

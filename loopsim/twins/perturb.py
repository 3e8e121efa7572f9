"""Small pushes: one thing, changed a little, in one round.

A push is applied just before a phase of the round; everything else goes its way. Which cases it
touches is drawn by the same keys as everything else, so a push of size 0 changes no byte.

>>> push = Scores(0.02, group="black")
>>> push.scaled(-2.0).size, push.describe()
(-0.04, "the live model's scores of group black up by 0.02")
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loopsim.environments.base import Environment, form
from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.scenario import Scenario
from loopsim.twins.pushes.base import Perturbation
from loopsim.twins.pushes.items import Items
from loopsim.twins.pushes.people import Features, People
from loopsim.twins.pushes.reviewers import Reviewers
from loopsim.twins.pushes.scores import Scores, Threshold
from loopsim.twins.pushes.shares import Exposure, Labels
from loopsim.twins.pushes.tastes import Tastes

Make = Callable[..., Perturbation]
KINDS: dict[str, Make] = {
    "scores": Scores,
    "threshold": Threshold,
    "exposure": Exposure,
    "labels": Labels,
    "features": Features,
    "people": People,
    "items": Items,
    "tastes": Tastes,
    "reviewers": Reviewers,
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
    kinds = [*_fitting(scenario, world), *own]
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


def _fitting(scenario: Scenario, world: Environment) -> list[str]:
    """Names of loopsim's own pushes that this world has something to push for."""
    if form(world) == "slate":
        recommender = scenario.environment.kind == "recommender"
        return ["items", "tastes"] if recommender else ["items"]
    desk = scenario.oversight.build(world.groups, world.schema.names)
    biased = hasattr(getattr(desk, "reviewers", None), "bias")
    others = ("items", "tastes") if biased else ("items", "tastes", "reviewers")
    return [name for name in KINDS if name not in others]

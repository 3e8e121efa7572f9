"""What is seen of a run, what is paid for it and what can be turned, settled before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.base import form
from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation
from loopsim.steering import weights
from loopsim.steering.dials import DEFAULTS, Dial, dial, numbers, turned

Floats = NDArray[np.float64]
WEIGHTS = "weights"


class View:
    """One scenario's actions, observations and reward. One round of a run shows what there is.

    Parameters
    ----------
    scenario, action, reward, observe, limits
        See `loopsim.gym`.

    Attributes
    ----------
    actions : names of the numbers in an action
    low, high, own : (actions,) float64 arrays
        Their limits, and the action that changes nothing.
    figures : names of the observed metrics in an observation
    reward : weights of ``ledger.metric`` names
    """

    def __init__(
        self,
        scenario: Scenario,
        action: str | Iterable[str] | None,
        reward: str | Mapping[str, float] | None,
        observe: Iterable[str] | None,
        limits: Mapping[str, tuple[float, float]],
    ) -> None:
        self.scenario = scenario
        sim = Simulation(scenario).run(1)
        slates = form(sim.world) == "slate"
        paths = _paths(scenario, action, slates)
        self.dials: tuple[Dial, ...] = tuple(
            dial(scenario.policy, path, limits) for path in paths if path != WEIGHTS
        )
        self.weights = _weights(sim) if WEIGHTS in paths else ()
        self.actions = (*(d.path for d in self.dials), *self.weights)
        own = weights.plain(len(self.weights)) if self.weights else np.empty(0)
        self.own = np.r_[[d.start for d in self.dials], own].astype(np.float64)
        self.low = np.r_[np.zeros(len(self.dials)), -np.ones(len(self.weights))]
        self.high = np.ones(len(self.actions))
        self.figures = _figures(sim, observe)
        self.reward = _reward(sim, reward, slates)

    def checked(self, action: Any) -> Floats:
        """(actions,) an action as it will be used; InputError if it is outside of its limits."""
        given = np.array(action, dtype=np.float64)
        fits = given.shape == self.own.shape
        if not fits or not ((given >= self.low) & (given <= self.high)).all():
            inside = ", ".join(
                f"{name} in [{low:g}, 1]" for name, low in zip(self.actions, self.low, strict=True)
            )
            raise InputError(f"action = {given}: must be {self.own.size} numbers: {inside}")
        return given

    def policy(self, sim: Simulation, action: Floats) -> Any:
        """The policy of the scenario's own kind, with the numbers that an action asks for."""
        n = len(self.dials)
        values = {d.path: d.value(float(a)) for d, a in zip(self.dials, action[:n], strict=True)}
        kind = turned(self.scenario.policy, values)
        policy = kind.build(sim.world.money, sim.world.groups)
        if self.weights and not np.array_equal(action[n:], self.own[n:]):
            return weights.WeightedPolicy(policy, action[n:])
        return policy


def _paths(scenario: Scenario, action: Any, slates: bool) -> tuple[str, ...]:
    if isinstance(action, str):
        return (action,)
    if action is not None:
        paths = tuple(action)
        if not paths:
            raise InputError("action = (): must name what is set")
        return paths
    if slates:
        return (WEIGHTS,)
    known = dict(numbers(scenario.policy))
    for path in DEFAULTS:
        if path in known:
            return (path,)
    raise InputError(
        f"policy {scenario.policy.kind} has no threshold and no budget to set; choose one that "
        'has, as with set={"policy": {"kind": "threshold", "at": 0.5}}, or name an action: '
        f"{there_are(known, '')}"
    )


def _weights(sim: Simulation) -> tuple[str, ...]:
    if form(sim.world) != "slate":
        raise InputError(
            f"action = 'weights': {sim.plan.environment.kind} decides by a yes or a no; weights "
            "are of scores of items, for slates"
        )
    nobody = np.empty(0, dtype=np.int64)
    visits: Any = sim.world.features(sim.people, nobody, sim.draws, sim.t)
    return weights.names(visits.catalogue)


def _figures(sim: Simulation, observe: Iterable[str] | None) -> tuple[str, ...]:
    known = sim.series.names("observed")
    figures = known if observe is None else tuple(observe)
    for name in figures:
        if name not in known:
            raise InputError(f"observe: no observed metric {name!r}; {there_are(known, name)}")
    if not figures:
        raise InputError("observe = (): must name a metric")
    return figures


def _reward(sim: Simulation, reward: Any, slates: bool) -> dict[str, float]:
    if reward is None:
        reward = "true.click_through" if slates else "true.profit"
    parts = {reward: 1.0} if isinstance(reward, str) else dict(reward)
    known = [f"{ledger}.{name}" for ledger in LEDGERS for name in sim.series.names(ledger)]
    for name in parts:
        if name not in known:
            raise InputError(f"reward: no metric {name!r}; {there_are(known, name)}")
    if not parts:
        raise InputError("reward = {}: must name a metric")
    return {name: float(weight) for name, weight in parts.items()}

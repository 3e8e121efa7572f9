"""The Gymnasium environment. The only file that imports Gymnasium."""

from __future__ import annotations

import re
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.spaces import Box
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation
from loopsim.steering.view import View

Floats = NDArray[np.float64]
Known = dict[str, dict[str, dict[str, float]]]
FAR = 1e12  # a Box has limits; no figure gets here


class SteeredEnv(gymnasium.Env[Floats, Floats]):
    """One run at a time, a round a step. Made by `loopsim.gym`.

    An episode is a run of the scenario: ``reset(seed=s)`` starts the one of ``loopsim run --seed
    s``, and an action that stays at `own` gives the same bytes. ``reset()`` starts the scenario's
    own seed first, then seeds that follow from the last one that was given. An episode is truncated
    at the scenario's end and never terminates.

    An ``info`` has the round, the run's seed, whether the reward was known, and both ledgers:
    ``info["true"]["recall"]["all"]``, by metric and group; what is unknown is left out.

    Parameters
    ----------
    view : View
    place : int
        Which of several runs side by side this is: added to the scenario's seed.

    Attributes
    ----------
    simulation, run_seed
        The run and its seed; only there after `reset`.
    actions, figures : what stands in an action and an observation, by name
    own : (actions,) float64 array
        The action that is the scenario's own policy.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 (Gymnasium's own way)
    simulation: Simulation

    def __init__(self, view: View, place: int = 0) -> None:
        self.view, self.place = view, place
        self.actions, self.figures, self.own = view.actions, view.figures, view.own.copy()
        m = len(self.figures)
        self.action_space = Box(view.low, view.high, dtype=np.float64)
        low = np.r_[np.full(m, -FAR), np.zeros(m)]
        high = np.r_[np.full(m, FAR), np.ones(m)]
        self.observation_space = Box(low, high, dtype=np.float64)
        name = re.sub(r"[^\w.-]+", "-", view.scenario.name)
        kwargs = {"view": view, "place": place}
        self.spec = EnvSpec(f"loopsim/{name}-v0", entry_point=_make, kwargs=kwargs)
        self._first: int | None = None
        self._episode = 0
        self._seen, self._action = np.zeros(m), self.own

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Start a run; nothing is known yet."""
        if seed is None and self._first is None:
            seed = self.view.scenario.seed + self.place
        if seed is not None:
            self._first, self._episode = int(seed), 0
        super().reset(seed=seed)
        self.run_seed = self._seed()
        self._episode += 1
        self.simulation = Simulation(self.view.scenario.replace(seed=self.run_seed))
        self._seen, self._action = np.zeros(len(self.figures)), self.own
        nothing: Known = {ledger: {} for ledger in LEDGERS}
        return self._observation({}), {"round": 0, "seed": self.run_seed, **nothing}

    def _seed(self) -> int:
        first = int(self._first or 0)
        return first if self._episode == 0 else Draws(first).integer(Stream.WORLD, self._episode)

    def step(self, action: Any) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Set the policy and let one round happen."""
        sim = getattr(self, "simulation", None)
        if sim is None or sim.t >= sim.plan.rounds:
            raise gymnasium.error.ResetNeeded("the run is over or has not begun: call reset()")
        given = self.view.checked(action)
        if not np.array_equal(given, self._action):  # a policy may remember: made anew if it must
            sim.policy = self.view.policy(sim, given)
            self._action = given
        sim.step()
        over = sim.t >= sim.plan.rounds
        if over:
            sim.tell("on_end")
        known = ledgers(sim)
        reward, told = self._reward(known)
        info = {"round": sim.t, "seed": self.run_seed, "reward_known": told, **known}
        return self._observation(known["observed"]), reward, False, over, info

    def _observation(self, observed: dict[str, dict[str, float]]) -> Floats:
        """(2m,) the last known value of each figure, then whether it is known now."""
        now = [observed.get(name, {}).get("all") for name in self.figures]
        known = np.array([value is not None for value in now])
        self._seen[known] = [value for value in now if value is not None]
        return np.r_[np.clip(self._seen, -FAR, FAR), known.astype(np.float64)]

    def _reward(self, known: Known) -> tuple[float, bool]:
        total, told = 0.0, True
        for name, weight in self.view.reward.items():
            ledger, _, metric = name.partition(".")
            value = known[ledger].get(metric, {}).get("all")
            told &= value is not None
            total += weight * (value or 0.0)
        return total, told


def _make(**kwargs: Any) -> SteeredEnv:
    return SteeredEnv(**kwargs)


def ledgers(sim: Simulation) -> Known:
    """The latest round in both ledgers: ``{ledger: {metric: {group: figure}}}``, the known ones."""
    known: Known = {}
    for ledger in LEDGERS:
        block = sim.series.latest(ledger)
        known[ledger] = {
            metric: {
                group: float(value)
                for group, value in zip(sim.series.groups, row, strict=True)
                if np.isfinite(value)
            }
            for metric, row in zip(sim.series.names(ledger), block, strict=True)
        }
    return known

"""Simulation: a scenario, wired up.

>>> import loopsim
>>> sim = loopsim.Simulation(loopsim.Scenario.parse({
...     "name": "tiny", "rounds": 3,
...     "environment": {"kind": "lending", "people": 500, "apply": 0.5},
... }))
>>> sim.run().t
3
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.clock import Clock
from loopsim.crossing import WHOLE, Crossing
from loopsim.draws import Draws
from loopsim.environments.base import Environment, Outcomes, form
from loopsim.errors import LoopsimError, PluginError
from loopsim.feedback import FeedbackLog, unknown
from loopsim.governance.office import office
from loopsim.identity import Losses
from loopsim.memory import Memory
from loopsim.models import blindfold
from loopsim.models.base import CannotFit, Model
from loopsim.models.version import ModelVersion
from loopsim.monitoring.numbers import ValueDashboard
from loopsim.monitoring.observed import Dashboard
from loopsim.monitoring.slates import SlateDashboard
from loopsim.monitoring.watch import Watch
from loopsim.oversight.base import Reviews
from loopsim.retraining import lineage, sound
from loopsim.retraining.base import Readings
from loopsim.retraining.canary import Canary
from loopsim.retraining.candidate import Candidate
from loopsim.retraining.gate import Gate
from loopsim.retraining.history import first_fit
from loopsim.scenario import Scenario
from loopsim.series import Series
from loopsim.step import PHASES

AnyDashboard = Dashboard | ValueDashboard
DASHBOARDS: dict[str, type[AnyDashboard]] = {
    "yes-no": Dashboard,
    "slate": SlateDashboard,
    "value": ValueDashboard,
}


class Simulation(mesa.Model):
    """One run in memory, a round at a time.

    Parameters
    ----------
    scenario : Scenario
    observers : objects with any of the hooks
        ``on_labels(sim, t, batch)``, ``on_version(sim, version)``, ``on_event(sim, event)``,
        ``on_round(sim, t, cases, outcomes)``, ``on_end(sim)``.
    crossing : Crossing
        To the other shards, if the population is split (`loopsim.shards`).

    Attributes
    ----------
    t : int
        Rounds completed.
    world, people, log, model, policy : the parts
    series : Series
        Both ledgers so far.
    versions : list of ModelVersion
    events : list of dict
    timings : dict
        Seconds by phase.
    """

    cases: Cases
    outcomes: Outcomes
    reviews: Reviews

    def __init__(
        self,
        scenario: Scenario,
        observers: Iterable[Any] = (),
        *,
        start: bool = True,
        crossing: Crossing = WHOLE,
    ) -> None:
        self.plan, self.crossing = scenario, crossing
        super().__init__(rng=scenario.seed % 2**32)  # Mesa's own generator is never drawn from
        self.draws = Draws(scenario.seed)
        self.observers = list(observers)
        self.t = 0
        self._build(scenario)
        self._count()
        if start:
            self.people = crossing.populate(self.world, self.draws)
            first_fit(self)

    def _build(self, scenario: Scenario) -> None:
        """Make the parts that the scenario names."""
        self.world: Environment = scenario.environment.build(scenario.strengths())
        self.office = office(scenario.governance, self.world, self.draws)
        hidden = self.office.hidden
        self.model: Model = blindfold.build(scenario.model, self.world.schema, hidden)
        #: Kinds of feedback by their codes in the log.
        self.kinds: tuple[str, ...] = ("outcome", *getattr(self.world, "signals", ()))
        self.desk = scenario.oversight.build(self.world.groups, self.world.schema.names)
        if self.desk is not None:
            self.kinds += ("review",)
        self.policy = scenario.policy.build(self.world.money, self.world.groups)
        self.rule = scenario.training.rule.build()
        self.gate: Gate = scenario.training.gate.build()
        self.watch = Watch([kind.build(self.office.schema) for kind in scenario.monitors])
        labels, observed, training = scenario.labels, scenario.observed, scenario.training
        self.log = FeedbackLog(labels.delay.build(), labels.noise, labels.never)
        window = training.window
        self.memory = Memory(
            getattr(window, "rounds", None),
            getattr(window, "rows", None),
            training.reject_inference != "none",
            self.crossing,
        )
        groups = len(self.world.groups)
        self.dashboard: AnyDashboard = DASHBOARDS[form(self.world)](
            groups, self.world.money, observed.window, observed.minimum, self.kinds[1:]
        )
        self.losses = Losses.of(
            scenario.identity, self.world.groups, self.draws, scenario.observed.window
        )
        sound.check(self)
        self.series = Series(self.world.groups)
        self.clock = Clock()

    def _count(self) -> None:
        """Everything that is counted starts at nothing."""
        self.versions: list[ModelVersion] = []
        self.events: list[dict[str, Any]] = []
        self.timings: dict[str, float] = {phase.name.lower(): 0.0 for phase in PHASES}
        self.observed_now: dict[str, float] = {}
        self.readings = Readings(0, 0)
        self.version = self.last_fit = self.labels_since_fit = self.decisions = 0
        self.fits = 0  # candidates fitted after version 1, whatever became of them
        self.learned = -1  # the round up to which the live version has learned
        self.pending: Candidate | None = None  # waits at the gate
        self.canary: Canary | None = None  # it serves some of the people meanwhile

    def version_before(self) -> int:
        """The number of the version that was live before the live one; 0 if there was none."""
        return max(
            (v.number for v in self.versions if v.live and v.number < self.version), default=0
        )

    @property
    def scenario(self) -> Scenario:
        """The scenario of this run."""
        return self.plan

    @scenario.setter
    def scenario(self, value: Any) -> None:
        """Mesa 3.5 and later assign a scenario object of their own; loopsim's stays."""

    @property
    def metrics(self) -> Series:
        """Both ledgers so far."""
        return self.series

    def step(self) -> None:
        """One round: SimPy runs the phases to the end of it."""
        t = self.t
        self._shock(t)
        for phase, action in PHASES.items():
            self.clock.at(t, phase, partial(self._timed, phase.name.lower(), action, t))
        self.clock.finish(t)
        self.t = t + 1

    def _timed(self, stage: str, action: Any, t: int) -> None:
        start = perf_counter()
        action(self, t)
        self.timings[stage] += perf_counter() - start

    def _shock(self, t: int) -> None:
        """What the scenario changes in the world from this round on."""
        settings = self.plan.environment_at(t)
        if settings is not self.world.settings:
            self.world.settings = settings
        for shock in self.plan.shocks:
            if shock.at == t:
                self.event("shock", t, reason=f"{shock.set} to {shock.to}", rows=0)

    def run(self, until: int | None = None) -> Simulation:
        """Go on to the end of the scenario, or until `until` rounds are done."""
        while self.t < (self.plan.rounds if until is None else until):
            self.step()
        self.tell("on_end")
        return self

    def tell(self, hook: str, *args: Any) -> None:
        """Call one hook of every observer that has it."""
        for observer in self.observers:
            if hasattr(observer, hook):
                getattr(observer, hook)(self, *args)

    def event(self, kind: str, t: int, **facts: Any) -> None:
        """Record that something happened."""
        event = {"round": t, "kind": kind, "version": self.version, **facts}
        self.events.append(event)
        self.tell("on_event", event)

    def go_live(self, t: int, candidate: Candidate, number: int = 0) -> None:
        """Make a fitted candidate the live version, under its number if it has one (a canary)."""
        earlier = self.versions.pop() if number else None
        self.version = len(self.versions) + 1
        self.model, self.learned = candidate.model, candidate.since
        for warning in getattr(self.model, "fit_warnings", ()):
            self.event("warned", t, reason=warning, rows=candidate.rows)
        self.office.live(self.version, candidate.since)
        self._refer(t, candidate)
        origin = lineage.origin(self, candidate)
        if earlier is not None:
            origin["canary"] = earlier.origin["canary"]
        made = ModelVersion(
            self.version, t, candidate.rows, candidate.reason, self.model, origin=origin
        )
        self.versions.append(made)
        self.tell("on_version", made)
        self.event("retrained", t, reason=made.reason, rows=made.rows)

    def _refer(self, t: int, candidate: Candidate) -> None:
        """What a version was fitted on is usual from now on; after a wait, what came since."""
        features, labels = candidate.features, candidate.labels
        if not self.watch.monitors or form(self.world) == "slate":
            return
        if features is None and (rows := self.memory.known(t)) is not None:
            known = ~unknown(rows.label)
            features, labels = rows.features[known], rows.label[known]
        if features is not None and labels is not None:
            with self.plugin(self.model):
                scores = self.model.score(features)
                self.watch.refer(self.office.left(features), scores, labels)

    @contextmanager
    def plugin(self, part: Any) -> Iterator[None]:
        """Whatever a user's part raises names the part, the model version and the round."""
        try:
            yield
        except CannotFit:
            raise
        except PluginError as error:
            text = str(error).removeprefix(f"{error.name}: ")
            raise PluginError(error.name, text, version=self.version, round=self.t) from error
        except LoopsimError:
            raise
        except Exception as error:
            name = getattr(part, "name", type(part).__name__)
            text = f"{type(error).__name__}: {error}"
            raise PluginError(name, text, version=self.version, round=self.t) from error

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything at a round's end, as arrays: `restore` and the model files bring it back."""
        parts = {
            "people": self.people.state(),
            "log": self.log.state(),
            "memory": self.memory.state(),
            "dashboard": self.dashboard.state(),
            "series": self.series.state(),
            "watch": self.watch.state(),
            "office": self.office.state(),
            "desk": {} if self.desk is None else self.desk.state(),
            "canary": {} if self.canary is None else self.canary.state(),
            "losses": {} if self.losses is None else self.losses.state(),
        }
        state = {f"{part}.{k}": v for part, table in parts.items() for k, v in table.items()}
        counters = {
            "t": self.t,
            "last_fit": self.last_fit,
            "learned": self.learned,
            "fits": self.fits,
            "labels_since_fit": self.labels_since_fit,
            "decisions": self.decisions,
            "observed_now": self.observed_now,
            "events": self.events,
            "pending": None if self.pending is None else _facts(self.pending),
            "version": self.version,
            "versions": [_facts(version) for version in self.versions],
        }
        state["counters"] = np.frombuffer(json.dumps(counters).encode(), dtype=np.uint8)
        return state

    @classmethod
    def restored(
        cls,
        scenario: Scenario,
        state: dict[str, NDArray[Any]],
        models: Path,
        observers: Iterable[Any] = (),
    ) -> Simulation:
        """The simulation at the end of the round in which `state` was taken.

        Parameters
        ----------
        models : Path
            The folder with ``version-0001.skops`` and so on.
        """
        sim = cls(scenario, observers, start=False)
        from loopsim.population import Population

        sim.people = Population(state["people.ids"])
        for part in ("people", "log", "memory", "dashboard", "series", "watch"):
            table = {
                k.removeprefix(f"{part}."): v for k, v in state.items() if k.startswith(f"{part}.")
            }
            getattr(sim, part).restore(table)
        if sim.desk is not None:
            sim.desk.restore(
                {k.removeprefix("desk."): v for k, v in state.items() if k.startswith("desk.")}
            )
        counters = json.loads(state["counters"].tobytes())
        sim.t, sim.last_fit, sim.learned = counters["t"], counters["last_fit"], counters["learned"]
        sim.labels_since_fit, sim.decisions = counters["labels_since_fit"], counters["decisions"]
        sim.fits = counters["fits"]
        sim.observed_now, sim.events = counters["observed_now"], counters["events"]
        for facts in counters["versions"]:
            model = sim.model.load(models / f"version-{facts['number']:04d}.skops")
            sim.versions.append(ModelVersion(**facts, model=model))
        if counters["pending"] is not None:
            facts = counters["pending"]
            model = sim.model.load(models / f"candidate-{facts['since']:07d}.skops")
            sim.pending = Candidate(**facts, model=model)
        if counters["version"]:
            sim.version = counters["version"]
            sim.model = sim.versions[sim.version - 1].model
        served = {k.removeprefix("canary."): v for k, v in state.items() if k.startswith("canary.")}
        if served:
            sim.canary = Canary.restored(served, sim.draws, sim.world.money)
            sim.canary.losses = sim.losses
        if sim.losses is not None:
            sim.losses.restore({"came": state["losses.came"]})
        office = {k.removeprefix("office."): v for k, v in state.items() if k.startswith("office.")}
        sim.office.restore(office, sim)
        sim.clock = Clock(start=sim.t)
        return sim


def _facts(made: ModelVersion | Candidate) -> dict[str, Any]:
    """What is known of a fitted model beside the model itself."""
    return {k: v for k, v in vars(made).items() if k not in ("model", "features", "labels")}

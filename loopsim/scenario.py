"""Scenario: everything that a run is, checked once and never changed.

>>> scenario = Scenario.parse({"name": "tiny", "environment": {"kind": "lending", "people": 100}})
>>> scenario.policy.kind, scenario.strengths()["outcome"]
('break-even', 1.0)
>>> scenario.cut("outcome").strengths()["outcome"]
0.0
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from loopsim.registry import find, names, there_are
from loopsim.scenario_governance import Governance
from loopsim.scenario_identity import Identity
from loopsim.settings import Kind, Settings, Slot, Words, fault
from loopsim.shocks import Shock, timeline

Strength = Annotated[float, Field(ge=0, le=1), Words(closed=1.0, cut=0.0)]


FORMS = {"yes-no": "a yes or a no", "slate": "slates of items", "value": "numbers"}


class Loops(Settings):
    """How strongly each loop is closed: 1 or ``closed``, 0 or ``cut``, or anything between."""

    sampling: Strength = Field(1.0, description="past decisions shape who asks for one")
    outcome: Strength = Field(1.0, description="the decision hides or changes the label")
    feature: Strength = Field(1.0, description="past decisions change features")
    model: Strength = Field(1.0, description="training reads what earlier versions selected")
    oversight: Strength = Field(1.0, description="people see scores and their corrections teach")


class Labels(Settings):
    """When and how well outcomes become known."""

    delay: Annotated[Kind, Slot("delay")] = Field(  # type: ignore[assignment]
        {"kind": "fixed", "rounds": 1}, description="rounds from decision to label"
    )
    noise: float = Field(0.0, ge=0, le=0.5, description="share of labels that are flipped")
    never: float = Field(0.0, ge=0, le=1, description="share of labels that never come")


class History(Settings):
    """Rows gathered before round 0, from which version 1 is fitted."""

    rows: int = Field(5000, ge=0, description="cases drawn; 0: no version 1 before the first fit")
    rounds: int = Field(
        0,
        ge=0,
        le=1000,
        description="rounds before round 0 that they come from, in which everybody gets a yes or a "
        "random slate; 0: they are people of round 0",
    )
    feature: str | None = Field(None, description="only people above a value of this feature")
    above: float = Field(0.0, description="that value, in the feature's unit")


class Training(Settings):
    """When and on what the next version is fitted."""

    rule: Annotated[Kind, Slot("rule")] = Field(  # type: ignore[assignment]
        {"kind": "every", "rounds": 4}
    )
    window: Annotated[Kind, Slot("window")] = Field(  # type: ignore[assignment]
        {"kind": "reservoir", "rows": 50_000}
    )
    minimum: int = Field(100, ge=2, description="fewer labelled rows than this keep the champion")
    history: History = Field(History())
    weights: Literal["none", "inverse-propensity"] = Field(
        "none", description="weigh labelled rows by 1/propensity of the action that showed them"
    )
    max_weight: float = Field(20.0, ge=1, description="ceiling of those weights")
    reject_inference: Literal["none", "fuzzy", "hard-cutoff", "reweighting"] = Field(
        "none", description="how cases without a label enter training"
    )
    holdout: float = Field(
        0.0, ge=0, le=0.5, description="share of rows that no fit reads, kept for the gate"
    )
    gate: Annotated[Kind, Slot("gate")] = Field(  # type: ignore[assignment]
        {"kind": "none"}, description="what a candidate must pass to go live"
    )
    trust: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        {"outcome": 1.0},
        description="weight of a row by the kind of feedback that its label is; a kind that is not "
        "named is not learned from",
    )

    def faults(self, environment: Kind) -> Iterable[tuple[str, str]]:
        """What cannot work together, and a feature that the world does not have."""
        features = getattr(environment, "features", None)  # not every world's settings know them
        wanted = self.history.feature
        if wanted is not None and callable(features) and wanted not in features():
            known = there_are(features(), wanted)
            yield "training.history.feature", f"no such feature; {known}"
        if self.weights == "inverse-propensity" and self.reject_inference == "reweighting":
            yield (
                "training.reject_inference",
                "corrects twice together with training.weights = inverse-propensity: both make "
                "labelled rows stand for refused ones; set one of the two to none",
            )


class Observed(Settings):
    """What the dashboard shows."""

    window: int = Field(4, ge=1, description="rounds of labels and decisions in one figure")
    minimum: int = Field(50, ge=1, description="a rate from fewer labels is unknown")


class Log(Settings):
    """How much of every decision is written to disk."""

    level: Literal["full", "sampled", "off"] = Field("full", description="which entities")
    share: float = Field(0.01, gt=0, le=1, description="share of entities when level is sampled")
    features: bool = Field(True, description="a snapshot of the features with every prediction")
    checkpoint: int = Field(10, ge=1, description="rounds between checkpoints")


class Scenario(Settings):
    """A scenario file, checked."""

    model_config = ConfigDict(title="loopsim scenario", ignored_types=(cached_property,))

    name: str = Field(pattern=r"^[\w.\- ]+$", description="letters, digits, blanks, - _ .")
    description: str = ""
    seed: int = Field(0, ge=0, lt=2**63)
    rounds: int = Field(60, ge=1, le=2**22)
    environment: Annotated[Kind, Slot("environment")]
    loops: Loops = Loops()
    model: Annotated[Kind, Slot("model")] = Field(  # type: ignore[assignment]
        {"kind": "logistic"}
    )
    policy: Annotated[Kind, Slot("policy")] = Field(  # type: ignore[assignment]
        {"kind": "break-even"}
    )
    labels: Labels = Labels()
    identity: Identity = Identity()
    training: Training = Training()
    oversight: Annotated[Kind, Slot("oversight")] = Field(  # type: ignore[assignment]
        {"kind": "none"}, description="who reviews decisions"
    )
    observed: Observed = Observed()
    monitors: tuple[Annotated[Kind, Slot("monitor")], ...] = Field(
        (), description="detectors and estimates that read the log"
    )
    log: Log = Log()
    shocks: tuple[Shock, ...] = ()
    governance: Governance | None = Field(
        None, description="consent, retention, erasure, sensitive columns, objective and limits"
    )

    @classmethod
    def load(cls, file: str | Path, set: Mapping[str, Any] | None = None) -> Scenario:
        """Read a YAML file and the files that it extends.

        Parameters
        ----------
        file : path
        set : mapping, optional
            Overrides by key path, ``{"policy.at": 0.7, "seed": 3}``.

        Raises
        ------
        ScenarioError
            With all faults at once: file, line, key path, value, what is allowed.
        """
        from loopsim.scenario_file import load

        return load(file, set or {})

    @classmethod
    def parse(cls, data: Mapping[str, Any], set: Mapping[str, Any] | None = None) -> Scenario:
        """Check a mapping like the one in a file; raises ScenarioError like `load`."""
        from loopsim.scenario_file import parse

        return parse(data, set or {})

    def replace(self, **changes: Any) -> Scenario:
        """A checked copy with other values: ``scenario.replace(seed=3, **{"policy.at": 0.7})``."""
        return Scenario.parse(self.as_dict(), changes)

    def cut(self, *loops: str) -> Scenario:
        """The exact twin with these loops cut."""
        return self.replace(**{f"loops.{loop}": 0.0 for loop in loops})

    def strengths(self) -> dict[str, float]:
        """Strength of every loop, by name."""
        return self.loops.model_dump()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they would stand in a file."""
        values = self.model_dump(mode="json")
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON: the identity of the run."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def __hash__(self) -> int:
        return int(self.hash[:15], 16)

    @cached_property
    def _timeline(self) -> dict[int, Kind]:
        return timeline(self.environment, self.shocks, self.rounds)

    def environment_at(self, t: int) -> Kind:
        """The world's settings in round t; the same object as long as nothing changes."""
        return self._timeline.get(t, self.environment)

    @model_validator(mode="after")
    def _shocks_work(self) -> Scenario:
        found = [
            problem
            for i, shock in enumerate(self.shocks)
            for problem in shock.problems(i, self.environment, self.rounds)
        ]
        if found:
            raise fault(*found)
        return self

    def faults(self) -> Iterable[tuple[str, str]]:
        """Combinations that cannot work: (key path, what is wrong)."""
        yield from self._forms()
        for section in ("environment", "model", "policy", "oversight"):
            yield from getattr(self, section).faults(self)
        yield from self.training.faults(self.environment)
        for part in ("rule", "gate", "window"):
            for path, message in getattr(self.training, part).faults(self):
                yield f"training.{part}.{path}".rstrip("."), message
        yield from self._monitors()
        groups = getattr(self.environment, "groups", None)
        yield from self.identity.problems(groups()) if callable(groups) else ()
        if self.governance is not None:
            yield from self.governance.faults(self)
        for i, shock in enumerate(self.shocks):
            for path, message in shock.applied(self.environment, self.rounds).faults(self):
                if f"{path}.".startswith(f"{shock.set}."):
                    yield f"shocks.{i}.to{path.removeprefix(shock.set)}", message

    def _forms(self) -> Iterable[tuple[str, str]]:
        """A model or a policy that answers in another form than the world asks."""
        asked = self.environment.form
        if asked not in ("any", "yes-no") and self.oversight.kind != "none":
            yield "oversight", f"a desk reviews {FORMS['yes-no']}, not {FORMS[asked]}"
        for slot in ("model", "policy"):
            if "any" not in (asked, mine := getattr(self, slot).form) and asked != mine:
                able = ", ".join(k for k in names(slot) if find(slot, k).form == asked)
                yield slot, f"{self.environment.kind} needs one for {FORMS[asked]}: {able}"

    def _monitors(self) -> Iterable[tuple[str, str]]:
        """Monitors that cannot read what the world decides, or that share a name."""
        asked, called = self.environment.form, set()
        for i, monitor in enumerate(self.monitors):
            if "any" not in (asked, monitor.form) and asked != monitor.form:
                yield f"monitors.{i}", f"reads {FORMS[monitor.form]}, not {FORMS[asked]}"
            name = getattr(monitor, "called", monitor.kind)
            if name in called:
                yield f"monitors.{i}.name", f"two monitors are called {name!r}; give one a name"
            called.add(name)
            for path, message in monitor.faults(self):
                yield f"monitors.{i}.{path}" if path else f"monitors.{i}", message

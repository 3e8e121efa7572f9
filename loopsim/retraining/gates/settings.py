"""What a scenario may say of what a candidate must pass to go live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from loopsim.retraining.nested import InnerGate
from loopsim.settings import Kind, OwnCode

if TYPE_CHECKING:
    from loopsim.retraining.gate import Gate
    from loopsim.scenario import Scenario

Faults = Iterable[tuple[str, str]]
Metric = Literal["auc", "brier", "accuracy", "profit"]
Unsure = Literal["refuse", "admit", "wait"]
METRIC = "what is compared; profit and accuracy of a yes at and above break-even and 0.5"
UNSURE = "the answer if the rows cannot tell"


class GateKind(Kind):
    """A gate."""

    #: Whether it judges by rows that no fit reads.
    held: ClassVar[bool] = False

    def build(self) -> Gate:  # type: ignore[override]
        raise NotImplementedError

    def needs_holdout(self) -> bool:
        """Whether it cannot judge without ``training.holdout``."""
        return self.held

    def faults(self, scenario: Scenario) -> Faults:
        """A world without scores to judge, or nothing held out to judge by."""
        if scenario.environment.form == "slate":
            yield "", "judges yes/no scores, and this world asks for slates: none or file will do"
        elif self.needs_holdout() and scenario.training.holdout == 0.0:
            yield (
                "",
                f"{self.kind} judges by rows that no fit has read: set training.holdout above 0, "
                "or put it inside a shadow gate",
            )


class Better(GateKind):
    """The challenger must be better than the champion on held-out rows, for sure."""

    kind: Literal["better"] = "better"
    held: ClassVar[bool] = True
    metric: Metric = Field("brier", description=METRIC)
    margin: float = Field(
        0.0, description="the lead must be above it; below 0 lets pass what is not much worse"
    )
    confidence: float = Field(0.95, gt=0.5, lt=1, description="of the interval of the lead")
    minimum: int = Field(200, ge=2, description="fewer rows cannot tell")
    unsure: Unsure = Field("refuse", description=UNSURE)

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.judges import BetterGate

        return BetterGate(self.metric, self.margin, self.confidence, self.minimum, self.unsure)


class Subgroups(GateKind):
    """No group may be worse off by more than so much."""

    kind: Literal["subgroups"] = "subgroups"
    held: ClassVar[bool] = True
    metric: Metric = Field("brier", description=METRIC)
    worse: float = Field(0.0, ge=0, description="by which a group may be worse off")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="for all groups together")
    minimum: int = Field(100, ge=2, description="a group of fewer rows cannot tell")

    def reads_group(self) -> bool:
        return True

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.judges import SubgroupGate

        return SubgroupGate(self.metric, self.worse, self.confidence, self.minimum)


class Calibration(GateKind):
    """The challenger's scores must be near the shares of good outcomes."""

    kind: Literal["calibration"] = "calibration"
    held: ClassVar[bool] = True
    above: float = Field(0.05, gt=0, le=1, description="expected calibration error that is refused")
    minimum: int = Field(500, ge=2, description="fewer rows cannot tell")
    unsure: Unsure = Field("refuse", description=UNSURE)

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.judges import CalibrationGate

        return CalibrationGate(self.above, self.minimum, self.unsure)


class OuterGate(GateKind):
    """A gate around others: what is wrong with one of them is wrong with it."""

    def inner(self) -> dict[str, Kind]:
        """The gates inside, by key path."""
        raise NotImplementedError

    def faults(self, scenario: Scenario) -> Faults:
        for path, gate in self.inner().items():
            for inside, message in gate.faults(scenario):
                yield f"{path}.{inside}".rstrip("."), message

    def reads_group(self) -> bool:
        return any(gate.reads_group() for gate in self.inner().values())

    def needs_holdout(self) -> bool:
        return any(getattr(g, "needs_holdout", bool)() for g in self.inner().values())


class Shadow(OuterGate):
    """Another gate, after rounds in the shadow, on the cases that opened since."""

    kind: Literal["shadow"] = "shadow"
    rounds: int = Field(4, ge=1, description="from the fit to the judgement")
    gate: InnerGate = Field(Better(), description="the gate that judges then")

    def inner(self) -> dict[str, Kind]:
        return {"gate": self.gate}

    def needs_holdout(self) -> bool:
        return False

    def faults(self, scenario: Scenario) -> Faults:
        """What is wrong with the gate inside, which needs no holdout here."""
        for path, message in super().faults(scenario):
            if "training.holdout" not in message:
                yield path, message

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.judges import ShadowGate

        return ShadowGate(self.rounds, self.gate.build())


class Canary(OuterGate):
    """The candidate serves a share of the people for some rounds, beside the champion."""

    kind: Literal["canary"] = "canary"
    share: float = Field(0.1, gt=0, lt=1, description="of the people, the same ones every round")
    rounds: int = Field(4, ge=1, description="that it serves before both arms are compared")
    metric: Literal["profit", "brier", "accuracy"] = Field(
        "profit", description="observed figure of both arms: money a decision, or of the labels"
    )
    margin: float = Field(
        0.0, description="the lead must be above it; below 0 lets pass what is not much worse"
    )
    confidence: float = Field(0.95, gt=0.5, lt=1, description="of the interval of the lead")
    minimum: int = Field(100, ge=2, description="fewer labels in an arm cannot tell")
    unsure: Unsure = Field("admit", description=UNSURE)
    gate: InnerGate = Field(  # type: ignore[assignment]
        {"kind": "none"}, description="what must admit it before it serves anybody"
    )

    def inner(self) -> dict[str, Kind]:
        return {"gate": self.gate}

    def faults(self, scenario: Scenario) -> Faults:
        """What is wrong with the gate inside, and a world without yes and no."""
        yield from super().faults(scenario)
        if scenario.environment.form not in ("any", "yes-no"):
            yield "", "compares arms of a yes or a no, and this world asks for something else"

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.canary import CanaryGate

        return CanaryGate(
            self.share, self.rounds, self.metric, self.margin, self.confidence, self.minimum,
            self.unsure, self.gate.build(),
        )  # fmt: skip


class Approval(OuterGate):
    """Somebody signs after a delay, and errs."""

    kind: Literal["approval"] = "approval"
    delay: int = Field(2, ge=0, description="rounds from the fit to the signature")
    rejects_good: float = Field(0.1, ge=0, le=1, description="share of good candidates rejected")
    passes_bad: float = Field(0.1, ge=0, le=1, description="share of bad candidates passed")
    gate: InnerGate = Field(  # type: ignore[assignment]
        {"kind": "none"}, description="the evidence: what it would admit is good"
    )

    def inner(self) -> dict[str, Kind]:
        return {"gate": self.gate}

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.people import ApprovalGate

        gate = self.gate.build()
        return ApprovalGate(self.delay, self.rejects_good, self.passes_bad, gate)


class AllGates(OuterGate):
    """Several gates, all of which must admit."""

    kind: Literal["all"] = "all"
    gates: tuple[InnerGate, ...] = Field(min_length=1, description="gates")

    def inner(self) -> dict[str, Kind]:
        return {f"gates.{i}": gate for i, gate in enumerate(self.gates)}

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.people import AllGate

        return AllGate(tuple(gate.build() for gate in self.gates))


class OwnGate(OwnCode):
    """A function or class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    name: str = Field(description="a function (trial) in it, or a class with admit")

    def build(self) -> Gate:  # type: ignore[override]
        from loopsim.retraining.gates.people import OwnGate as Implementation

        found = self.found()
        gate = found(**self.parameters) if isinstance(found, type) else found
        return Implementation(self.name, gate, self.parameters)

"""What a scenario may say of detectors that watch a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from loopsim.monitoring.settings import Watching
from loopsim.settings import fault, problem

if TYPE_CHECKING:
    from loopsim.features import Schema


class Stream(Watching):
    """What all of them have in common."""

    on: Literal["error", "loss", "score"] = Field(
        "error",
        description="1 for each label that is not what the action took it for, the squared "
        "distance of score and label, or the score itself",
    )
    sample: int = Field(200, ge=1, le=10_000, description="values in a round, at most, by hash")
    memory: int = Field(
        10_000, ge=1000, le=10**6, description="values back that the detector knows, at most"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.streams.monitor import StreamMonitor

        return StreamMonitor(self.called, self.detector, self.on, self.sample, self.memory)

    def detector(self) -> Any:
        """A new detector."""
        raise NotImplementedError


class Adwin(Stream):
    """Adaptive windowing (Bifet and Gavaldà 2007): a window as long as its halves are alike."""

    kind: Literal["adwin"] = "adwin"
    delta: float = Field(0.002, gt=0, lt=1, description="level of each check")
    clock: int = Field(32, ge=1, description="values from one check to the next")

    def detector(self) -> Any:
        """A new detector."""
        from river.drift import ADWIN

        return ADWIN(delta=self.delta, clock=self.clock)


class DriftDetection(Stream):
    """DDM (Gama et al. 2004): the error rate above its lowest level so far. It knows only rises."""

    kind: Literal["ddm"] = "ddm"
    form: ClassVar[str] = "yes-no"
    on: Literal["error"] = Field("error", description="the only choice")  # type: ignore[assignment]
    deviations: float = Field(3.0, gt=0, description="alarm so many standard errors above it")
    warm: int = Field(30, ge=1, description="values before the first check")

    def detector(self) -> Any:
        """A new detector."""
        from river.drift.binary import DDM

        return DDM(warm_start=self.warm, drift_threshold=self.deviations)


class PageHinkley(Stream):
    """Page–Hinkley (Page 1954): the summed excess over the mean so far.

    It has no budget: the threshold that a stream without a change stays below grows with its length
    and its variance, so more values in a round want a higher one.
    """

    kind: Literal["page-hinkley"] = "page-hinkley"
    delta: float = Field(0.005, ge=0, description="excess of a value that is tolerated")
    threshold: float = Field(50.0, gt=0, description="alarm where the sum is larger")
    side: Literal["up", "down", "both"] = Field("both", description="which changes")

    def detector(self) -> Any:
        """A new detector."""
        from river.drift import PageHinkley as Detector

        return Detector(delta=self.delta, threshold=self.threshold, mode=self.side)


class Kswin(Stream):
    """KSWIN (Raab et al. 2020): a Kolmogorov–Smirnov test of the newest values at every value."""

    kind: Literal["kswin"] = "kswin"
    on: Literal["error", "loss", "score"] = Field("score", description="as for the others")
    sample: int = Field(50, ge=1, le=10_000, description="values in a round, at most, by hash")
    budget: float = Field(
        1.0,
        gt=0,
        le=100,
        description="false alarms in 100 rounds, at most: each test's level is a hundredth of it "
        "over the values in a round",
    )
    window: int = Field(100, ge=20, le=10_000, description="values in its window")
    newest: int = Field(30, ge=10, description="values that are tested against the earlier ones")

    @model_validator(mode="after")
    def _earlier_ones(self) -> Kswin:
        if self.window < 2 * self.newest:
            text = f"must be at least 2 · newest = {2 * self.newest}"
            raise fault(problem(("window",), self.window, text))
        return self

    def detector(self) -> Any:
        """A new detector."""
        from river.drift import KSWIN

        level = self.budget / 100.0 / self.sample
        return KSWIN(alpha=level, window_size=self.window, stat_size=self.newest, seed=0)

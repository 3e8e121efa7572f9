"""Gates that judge a candidate by labelled rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.retraining.gate import Gate, Trial, Verdict
from loopsim.retraining.gates.evidence import (
    Evidence,
    Metric,
    expected_calibration_error,
    weigh,
)

Answer = Literal["admit", "refuse", "wait"]


def _weigh(trial: Trial, which: NDArray[np.bool_], metric: Metric) -> Evidence:
    rows = trial.rows.take(np.flatnonzero(which))
    if not len(rows):
        return Evidence(float("nan"), float("nan"), 0)
    scores = (model.score(rows.features) for model in (trial.champion, trial.challenger))
    champion, challenger = scores
    return weigh(metric, champion, challenger, rows.label, trial.money)


@dataclass(frozen=True)
class BetterGate:
    """Champion against challenger on rows that the challenger was not fitted on.

    Admitted if the whole interval of the challenger's lead is above `margin`, refused if all of it
    is below; if the margin lies inside, or fewer rows than `minimum` are there, the rows cannot
    tell and the answer is `unsure`. A margin below 0 lets pass what is surely not much worse.

    The rows are those whose label was seen: where decisions hide labels, both models are judged on
    the kind of people whom earlier versions approved.
    """

    metric: Metric
    margin: float = 0.0
    confidence: float = 0.95
    minimum: int = 200
    unsure: Answer = "refuse"

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        found = _weigh(trial, trial.held, self.metric)
        figures = {"metric": self.metric, "rows": found.rows, "margin": self.margin}
        if found.rows < self.minimum or np.isnan(found.lead):
            few = f"cannot tell from {found.rows} rows (minimum {self.minimum}, of both classes)"
            return Verdict(self.unsure, few, figures)
        low, high = found.interval(self.confidence)
        said = f"lead in {self.metric} {found.lead:+.4f} [{low:+.4f}, {high:+.4f}]"
        said += f" on {found.rows:,} rows"
        figures |= {"lead": found.lead, "low": low, "high": high}
        if low > self.margin:
            return Verdict("admit", said, figures)
        if high <= self.margin:
            return Verdict("refuse", said, figures)
        return Verdict(self.unsure, f"cannot tell: {said}", figures)


@dataclass(frozen=True)
class SubgroupGate:
    """No group may be worse off by more than `worse`.

    A candidate is refused if the whole interval of a group's lead is below −`worse`; the intervals
    hold for all groups together (Bonferroni). A group of fewer rows than `minimum`, or of one
    class, cannot tell and stands in no candidate's way; the verdict names it.
    """

    metric: Metric
    worse: float
    confidence: float = 0.95
    minimum: int = 100

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        groups = range(len(trial.groups))
        found = [_weigh(trial, trial.held & (trial.rows.group == g), self.metric) for g in groups]
        told = [e.rows >= self.minimum and not np.isnan(e.lead) for e in found]
        each = 1.0 - (1.0 - self.confidence) / max(sum(told), 1)
        leads = {
            n: e.lead for n, e, enough in zip(trial.groups, found, told, strict=True) if enough
        }
        figures = {"metric": self.metric, "worse": self.worse, "leads": leads}
        for name, evidence, enough in zip(trial.groups, found, told, strict=True):
            if enough and evidence.interval(each)[1] < -self.worse:
                lead = f"{evidence.lead:+.4f} in {self.metric} on {evidence.rows:,} rows"
                return Verdict("refuse", f"{name} would be worse off: {lead}", figures)
        few = [name for name, enough in zip(trial.groups, told, strict=True) if not enough]
        unknown = f" (too few rows to tell of {', '.join(few)})" if few else ""
        return Verdict("admit", f"no group is worse off by {self.worse:g}{unknown}", figures)


@dataclass(frozen=True)
class CalibrationGate:
    """The challenger's expected calibration error must not be above a limit.

    From few rows the error is above 0 even for a perfect model (about 0.4/sqrt(rows in a part)):
    fewer than `minimum` give the answer `unsure`.
    """

    above: float
    minimum: int = 500
    unsure: Answer = "refuse"

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        rows = trial.rows.take(np.flatnonzero(trial.held))
        figures = {"rows": len(rows), "limit": self.above}
        if len(rows) < self.minimum:
            return Verdict(self.unsure, f"calibration: cannot tell from {len(rows)} rows", figures)
        found = expected_calibration_error(trial.challenger.score(rows.features), rows.label)
        said = f"calibration error {found:.4f} on {len(rows):,} rows (limit {self.above:g})"
        figures["calibration_error"] = found
        return Verdict("admit" if found <= self.above else "refuse", said, figures)


@dataclass(frozen=True)
class ShadowGate:
    """Another gate, after `rounds` rounds in which the candidate only scored along.

    It judges by cases that opened since the fit: new to the champion and the challenger. Those
    whose label is not in yet are not among them.
    """

    rounds: int
    gate: Gate

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        past = trial.t - trial.since
        if past < self.rounds:
            return Verdict("wait", f"in the shadow for {past} of {self.rounds} rounds")
        since = trial.rows.opened >= trial.since
        return self.gate.admit(replace(trial, held=since))

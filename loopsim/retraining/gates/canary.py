"""A gate at which the candidate serves some of the people before it serves all of them."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.retraining.canary import Metric
from loopsim.retraining.gate import Gate, Trial, Verdict
from loopsim.retraining.gates.judges import Answer


@dataclass(frozen=True)
class CanaryGate:
    """A share of the people is served by the candidate for some rounds, then both are compared.

    First another gate must admit it. Each round the candidate's observed lead over the champion is
    tested; it is withdrawn at once if all of the interval is at or below `margin` (the level is
    shared out over the rounds, Bonferroni), and after `rounds` rounds admitted if all of it is
    above, refused if none is; if the margin lies inside, or an arm has fewer labels than `minimum`,
    the answer is `unsure`.
    """

    share: float
    rounds: int
    metric: Metric
    margin: float
    confidence: float
    minimum: int
    unsure: Answer
    gate: Gate

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        if trial.canary is None:
            before = self.gate.admit(trial)
            if before.answer != "admit":
                return before
            return Verdict("wait", f"serves {self.share:.3g} of the cases", share=self.share)
        past = trial.t - trial.canary.since
        lead, figures = trial.canary.figures(self.metric)
        figures |= {"rounds": past, "share": self.share, "margin": self.margin}
        if lead.rows < self.minimum or not lead.error > 0.0:
            few = f"cannot tell from {lead.rows} labels in the smaller arm"
            waits = past < self.rounds
            return Verdict("wait" if waits else self.unsure, few, figures, share=self.share)
        early = 1.0 - (1.0 - self.confidence) / self.rounds
        low, high = lead.interval(early if past < self.rounds else self.confidence)
        figures |= {"lead": lead.lead, "low": low, "high": high}
        said = f"lead in {self.metric} {lead.lead:+.4f} [{low:+.4f}, {high:+.4f}]"
        said += f" with {lead.rows:,} labels in the smaller arm"
        if high <= self.margin:
            return Verdict("refuse", f"withdrawn: {said}", figures)
        if past < self.rounds:
            return Verdict("wait", said, figures, share=self.share)
        if low > self.margin:
            return Verdict("admit", said, figures)
        return Verdict(self.unsure, f"cannot tell: {said}", figures, share=self.share)

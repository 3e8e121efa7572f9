"""Gates with a person in them, several gates in a row, and a gate of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from loopsim.draws import Stream
from loopsim.retraining.gate import Gate, Trial, Verdict

APPROVER_NAME = "approver"
APPROVER = np.array([-1])  # no case has this id: the approver's draw is nobody else's


@dataclass(frozen=True)
class ApprovalGate:
    """Somebody signs, `delay` rounds after the fit, and errs.

    What another gate would admit is a good candidate by the evidence of that day; it is rejected
    with probability `rejects_good`, and what the other gate would refuse is passed with
    `passes_bad`. One draw for each candidate: asking twice changes nothing.
    """

    delay: int
    rejects_good: float
    passes_bad: float
    gate: Gate

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        past = trial.t - trial.since
        if past < self.delay:
            return Verdict("wait", f"on the approver's desk for {past} of {self.delay} rounds")
        advice = self.gate.admit(trial)
        if advice.answer == "wait":
            return advice
        errs = self.rejects_good if advice.answer == "admit" else self.passes_bad
        u = trial.draws.uniform(Stream.REVIEW, trial.since, APPROVER)[0]
        right = {"admit": "approved", "refuse": "rejected"}
        answer = advice.answer
        if u < errs:
            answer = "refuse" if answer == "admit" else "admit"
        wrong = " by mistake" if answer != advice.answer else ""
        told = f" ({advice.why})" if advice.why else ""
        figures = advice.figures | {"advice": advice.answer, "by_mistake": bool(wrong)}
        return Verdict(answer, f"{right[answer]}{wrong}{told}", figures, APPROVER_NAME)


@dataclass(frozen=True)
class AllGate:
    """Several gates: one refusal refuses, one wait waits, else all admit."""

    gates: tuple[Gate, ...]

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        said = [gate.admit(trial) for gate in self.gates]
        for answer in ("refuse", "wait"):
            some = [verdict for verdict in said if verdict.answer == answer]
            if some:
                return _joined(some)
        return _joined(said)


def _joined(said: list[Verdict]) -> Verdict:
    """Verdicts of one answer as one."""
    whys = "; ".join(filter(None, (verdict.why for verdict in said)))
    figures = {str(i): verdict.figures for i, verdict in enumerate(said) if verdict.figures}
    who = ", ".join(filter(None, (verdict.approver for verdict in said)))
    return Verdict(said[0].answer, whys, figures, who, max(verdict.share for verdict in said))


class OwnGate:
    """A function or class of a user's file.

    Parameters
    ----------
    name : str
    gate : callable ``(trial, **parameters)``, or an object with ``admit(trial)``
    parameters : dict
    """

    def __init__(self, name: str, gate: Any, parameters: dict[str, Any]) -> None:
        self.name, self.gate, self.parameters = f"gate {name}", gate, parameters

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`; what it raises becomes a PluginError in the round."""
        if hasattr(self.gate, "admit"):
            said = self.gate.admit(trial)
        else:
            said = self.gate(trial, **self.parameters)
        answer = getattr(said, "answer", said)
        if answer not in ("admit", "refuse", "wait"):
            raise ValueError(f"it said {said!r}: must be a Verdict, or admit, refuse or wait")
        return said if isinstance(said, Verdict) else Verdict(answer)

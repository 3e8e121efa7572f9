"""Does a lender that learns from every new label know more?

We expected a gate on held-out rows to mend it and, with prompt labels, no difference. On seeds 1 to
3 the gate changed nothing, and prompt labels made every signal worth a little. The claim says so
now; seeds from 101 on are held to it.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "retraining on every signal", "model"
CLAIM = (
    "Where a default shows after two rounds and a repaid loan after six, a fit on every new signal "
    "takes the newest ones, bad news, at their word: four times as many refits earn less than a "
    "fit every four rounds. A gate on held-out rows changes nothing, for they are bad news too. "
    "With labels that all take two rounds, every signal is worth a little."
)
SOURCE = (
    "Chapelle (2014), Modeling Delayed Feedback in Display Advertising (labels that did not come "
    "yet are no labels); the scenario every_signal.yaml."
)
MEND = "A calendar. A gate that judges by the same early labels does not."
CONTROL = (
    "The same rule and the calendar with labels that all take two rounds; all loops cut (not "
    "drawn: nobody moves there)."
)
CAPTION = (
    "On the left round 6: vermilion approvals fall with the bad news that is in first. In the "
    "middle the same again when the recession begins, in round 16. On the right the price: a refit "
    "in every round."
)
SEEDS = 6

ILL, CALENDAR, GATE = "on every signal", "every four rounds", "on every signal, gate"
PROMPT, PROMPT_CALENDAR, CUT = "every signal, prompt labels", "calendar, prompt labels", "all cut"
APPROVAL, PROFIT, REFITS = "true.approval", "true.profit", "cost.refits"
_CALENDAR = {"training.rule": {"kind": "every", "rounds": 4}}
_PROMPT = {"labels.delay": {"kind": "fixed", "rounds": 2}}

TRIAL = Trial(
    "scenarios/retraining/every_signal.yaml",
    {
        ILL: {},
        CALENDAR: _CALENDAR,
        GATE: {"training.holdout": 0.3, "training.gate": {"kind": "better"}},
        PROMPT: _PROMPT,
        PROMPT_CALENDAR: _PROMPT | _CALENDAR,
        CUT: ALL_CUT,
    },
    [APPROVAL, PROFIT, REFITS],
    seeds=SEEDS,
    controls=(PROMPT, PROMPT_CALENDAR, CUT),
    common={"seed": 101, "environment.people": 3000},
    last=48,
)


def checks() -> list[Check]:
    """Means of all 48 rounds, paired by seed."""
    less = TRIAL.difference
    times = TRIAL.total(ILL, REFITS) / TRIAL.total(CALENDAR, REFITS)
    return [
        above("profit, calendar less every signal", less(CALENDAR, ILL, PROFIT), than=0.0001),
        within("refits, times those of the calendar", times, 3.5, 4.5),
        within(
            "profit, with a gate less without", less(GATE, ILL, PROFIT), -0.001, 0.001, sure=True
        ),
        below("prompt labels: calendar less every signal", less(PROMPT_CALENDAR, PROMPT, PROFIT)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Approvals, money and refits."""
    shown = (ILL, CALENDAR, GATE, PROMPT, PROMPT_CALENDAR)
    panels = [
        Panel("share of applicants with a loan", (APPROVAL,), shown),
        Panel("profit a case, in loans", (PROFIT,), shown),
        Panel("refits a round", (REFITS,), (ILL, CALENDAR)),
    ]
    TRIAL.draw(panels, "Every signal is answered, and the first signals are the bad ones", path)

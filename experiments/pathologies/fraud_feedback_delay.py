"""What does a bank lose where chargebacks come after four weeks, and what do analysts mend?

We expected two models (of young labels, of old ones) to beat one pot. Seeds 1 to 3 said that they
are alike here (average precision .226 and .227). The claim says so since; other seeds, from 101
on, are held to it.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "feedback delay", "model"
CLAIM = (
    "With chargebacks after 28 days, and not 7, the model ranks worse and more stolen money "
    "passes. Looking into half of the alerts, whose labels come at once, mends a good part of it. "
    "Whether these young labels then teach a model of their own, averaged with that of the old "
    "ones, or all go into one pot makes no difference here."
)
SOURCE = (
    "Dal Pozzolo, Boracchi, Caelen, Alippi and Bontempi (2018), Credit Card Fraud Detection: a "
    "Realistic Modeling and a Novel Learning Strategy"
)
MEND = "Half of the alerts are looked into at once, and their labels teach a model of their own."
CONTROL = "Chargebacks after 7 days, alerts at random, and all loops cut."
CAPTION = (
    "How far blue and green come from vermilion, the late labels, to the black line of prompt "
    "ones, and that they lie on each other; with so few frauds a day the money tells less than "
    "the ranking."
)
SEEDS = 5

ILL, POT, APART = "after 28 days", "looked into, one pot", "looked into, two models"
PROMPT, CHANCE, CUT = "after 7 days", "random alerts", "all loops cut"
RANKS, LOST = "true.average_precision", "own.lost_share"
LEDGER = (str(Path(__file__).parents[1] / "worlds" / "fraud_desk.py"), "Ledger")
_HALF = {"environment.investigated": 0.5}

TRIAL = Trial(
    "scenarios/fraud/late_labels.yaml",
    {
        ILL: {},
        POT: _HALF,
        APART: _HALF | {"model": {"kind": "separate", "delay": 28}},
        PROMPT: {"labels.delay.rounds": 7, "environment.risk_delay": 7},
        CHANCE: {"model": {"kind": "constant"}},
        CUT: ALL_CUT,
    },
    [RANKS, LOST],
    seeds=SEEDS,
    controls=(PROMPT, CHANCE, CUT),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "policy.cards": 20,
        "rounds": 56, "seed": 101,
    },
    last=21,
    watch=LEDGER,
)  # fmt: skip


def checks() -> list[Check]:
    """Means of the last 21 days, paired by seed."""
    less = TRIAL.difference
    return [
        below("average precision, less that with 7 days", less(ILL, PROMPT, RANKS), -0.05),
        above("share of stolen euros that pass, more than with 7 days", less(ILL, PROMPT, LOST)),
        above("average precision, more by two models than at first", less(APART, ILL, RANKS), 0.02),
        above("average precision, more by one pot than at first", less(POT, ILL, RANKS), 0.02),
        within(
            "average precision, two models less one pot",
            less(APART, POT, RANKS),
            -0.06,
            0.06,
            sure=True,
        ),
        below("share of euros that pass, two models less than at first", less(APART, ILL, LOST)),
        above("average precision, more than with random alerts", less(ILL, CHANCE, RANKS)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The ranking and the money."""
    panels = [
        Panel("average precision", (RANKS,), over=7),
        Panel("share of stolen euros that pass", (LOST,), over=7),
    ]
    TRIAL.draw(panels, "Late chargebacks tell of thieves who are elsewhere by now", path)

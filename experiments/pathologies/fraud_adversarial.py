"""What do rings that learn what passes do to a bank, and what helps against them?

We expected rings that learn to take more than rings that do not. Seeds 1 to 3 said the reverse (300
and 638 euros a day): who learns takes small amounts, and loses fewer cards to it. The claim is of
the ranking since, and of what looking into alerts brings; other seeds, from 101 on, are held to it.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "adversarial feedback", "sampling"
CLAIM = (
    "Rings that learn which amounts pass hide among honest payments: the model ranks frauds far "
    "worse and a smaller share of them is stopped than where rings do not learn, and yet the "
    "rings take less, for what passes is small. Looking into every alert takes more from them; "
    "fits every day, and not every week, bring nothing that can be told."
)
SOURCE = "Dalvi, Domingos, Mausam, Sanghai and Verma (2004), Adversarial Classification"
MEND = "Every alert is looked into, so that what rings do shows the same day."
CONTROL = "Rings that do not learn (the sampling loop cut), and alerts at random (in the checks)."
CAPTION = (
    "The rings come on day 15. On the left, the black line of rings that do not learn rises above "
    "all others. In the middle, black takes most; from day 35 on the colours climb, as rings "
    "learn what passes, and these seeds cannot tell one bank from another. On the right, the same "
    "in all money."
)
SEEDS = 6

ILL, DAILY, LOOKS = "fits every week", "fits every day", "all alerts looked into"
NAIVE, CHANCE = "rings do not learn", "random alerts"
INCOME, RANKS, CAUGHT = "true.rings_income", "true.average_precision", "true.caught_share"
LOST = "own.lost_share"
LEDGER = (str(Path(__file__).parents[1] / "worlds" / "fraud_desk.py"), "Ledger")
COME = {"at": 15, "set": "environment.ring_activity", "to": 1, "why": "rings come to town"}

TRIAL = Trial(
    "scenarios/fraud/rings.yaml",
    {
        ILL: {},
        DAILY: {"training.rule.rounds": 1},
        LOOKS: {"environment.investigated": 1.0},
        NAIVE: {"loops.sampling": 0.0},
        CHANCE: {"model": {"kind": "constant"}},
    },
    [INCOME, RANKS, CAUGHT, LOST],
    seeds=SEEDS,
    controls=(NAIVE, CHANCE),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 4,
        "policy.cards": 20, "rounds": 50, "seed": 101, "shocks": [COME],
    },
    last=20,
    watch=LEDGER,
)  # fmt: skip


def checks() -> list[Check]:
    """Means of the last 20 days, paired by seed."""
    less = TRIAL.difference
    return [
        below("average precision, less than if rings do not learn", less(ILL, NAIVE, RANKS), -0.2),
        below("share of frauds stopped, less than then", less(ILL, NAIVE, CAUGHT), -0.05),
        below("the rings' euros a day, less than then", less(ILL, NAIVE, INCOME)),
        below("the rings' euros, less with all alerts looked into", less(LOOKS, ILL, INCOME)),
        below("stolen euros that pass, less with all looked into", less(LOOKS, ILL, LOST)),
        within("stolen euros that pass, fits every day less every week",
               less(DAILY, ILL, LOST), -0.08, 0.08, sure=True),
        below("the rings' euros, less than with random alerts", less(ILL, CHANCE, INCOME), -1000.0),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The ranking, the rings' income and the money that passes."""
    some = (ILL, DAILY, LOOKS, NAIVE)
    panels = [
        Panel("average precision", (RANKS,), some, over=7),
        Panel("rings' income, euros a day", (INCOME,), some, over=7),
        Panel("share of stolen euros that pass", (LOST,), some, over=7),
    ]
    TRIAL.draw(panels, "Rings that learn what passes hide, and take less", path)

"""Does a team that is measured by the precision of its alerts lose less money?

Seeds 1 to 3 were looked at: they said that alerts by what is at stake are as precise as those by
score, where we expected fewer hits; the claim says so since. Other seeds, from 101 on, are held
to it.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "proxy-metric failure", "sampling"
CLAIM = (
    "A team that sends 5 alerts a day, the surest, and not 20 has alerts three times as precise, "
    "and loses more money: rings that are not caught go on. With 20 alerts ordered by what is at "
    "stake (believed chance of fraud times amount) less is lost than with 20 ordered by score, at "
    "the same precision."
)
SOURCE = (
    "Dal Pozzolo et al. (2014), Learned Lessons in Credit Card Fraud Detection from a "
    "Practitioner Perspective; Bahnsen et al. (2013), Cost Sensitive Credit Card Fraud Detection"
)
MEND = "As many alerts as there is room for, by believed chance of fraud times amount."
CONTROL = "20 alerts by a model that knows the truth, and alerts at random (in the checks)."
CAPTION = (
    "On the left vermilion is on top: the precise alerts. In the middle and on the right it is on "
    "top as well: the money that they do not save. Black, which knows the truth, shows that with "
    "20 alerts precision cannot be high: there are fewer frauds than that."
)
SEEDS = 6

FEW, SURE, STAKE = "5 surest", "20 surest", "20 by what is at stake"
ORACLE, CHANCE = "20 by the truth", "random alerts"
PRECISE, LOST, RINGS = "own.alert_precision", "own.lost_share", "true.rings_income"
PROFIT = "true.profit"
DESK = Path(__file__).parents[1] / "worlds" / "fraud_desk.py"
_STAKE = {"kind": "file", "path": str(DESK), "name": "AtStake", "parameters": {"cards": 20}}

TRIAL = Trial(
    "scenarios/fraud/alerts.yaml",
    {
        FEW: {"policy.cards": 5},
        SURE: {},
        STAKE: {"policy": _STAKE},
        ORACLE: {"model": "oracle"},
        CHANCE: {"model": {"kind": "constant"}},
    },
    [PRECISE, LOST, RINGS, PROFIT],
    seeds=SEEDS,
    controls=(ORACLE, CHANCE),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 3,
        "policy.cards": 20, "rounds": 50, "seed": 101,
    },
    last=25,
    watch=(str(DESK), "Ledger"),
    code=(DESK,),
)  # fmt: skip


def checks() -> list[Check]:
    """Means of the last 25 days, paired by seed."""
    less = TRIAL.difference
    return [
        above("precision of alerts, 5 surest more than 20", less(FEW, SURE, PRECISE), 0.3),
        above("share of stolen euros that pass, more", less(FEW, SURE, LOST), 0.1),
        below("profit a payment, less", less(FEW, SURE, PROFIT)),
        below("stolen euros that pass, by stake less than by score", less(STAKE, SURE, LOST)),
        within(
            "precision, by stake less by score", less(STAKE, SURE, PRECISE), -0.05, 0.05, sure=True
        ),
        below("stolen euros that pass, 5 surest less than random", less(FEW, CHANCE, LOST)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The proxy and the money."""
    some = (FEW, SURE, STAKE, ORACLE)
    panels = [
        Panel("share of alerts that were fraud", (PRECISE,), some, over=7),
        Panel("share of stolen euros that pass", (LOST,), some, over=7),
        Panel("rings' income, euros a day", (RINGS,), some, over=7),
    ]
    TRIAL.draw(panels, "The more precise alerts save less money", path)

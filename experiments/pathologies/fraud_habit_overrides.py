"""What do analysts cost who release every second alert, whatever it shows?

The signs are those that scenarios/fraud/habit_override.yaml tells of seeds 1 to 3 of a larger town;
seeds from 101 on are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "overrides by habit", "oversight"
CLAIM = (
    "Two of six analysts who release every second alert unread let more stolen money pass and "
    "stop fewer honest payments; and the model ranks better, for what is let through shows what "
    "it was. A second signature under each release brings the money back."
)
SOURCE = (
    "De-Arteaga, Fogliato and Chouldechova (2020), A Case for Humans-in-the-Loop: Decisions in "
    "the Presence of Erroneous Algorithmic Scores"
)
MEND = "A release needs two analysts."
CONTROL = "Six analysts without the habit, and the oversight loop cut (blind analysts)."
CAPTION = (
    "On the left, vermilion loses more than black, where nobody has the habit, and blue, where a "
    "release needs two, does not. In the middle, the price of blue: more honest payments stay "
    "stopped. On the right, that what is let through teaches: vermilion is rather above black."
)
SEEDS = 4

ILL, PAIRS = "two release by habit", "a release needs two"
NONE, BLIND = "nobody has the habit", "blind analysts"
RANKS, WRONG, LOST, CAUGHT = (
    "true.average_precision",
    "true.wrongly_stopped",
    "true.lost",
    "true.caught_share",
)

TRIAL = Trial(
    "scenarios/fraud/habit_override.yaml",
    {
        ILL: {},
        PAIRS: {"oversight.override": "two-pairs"},
        NONE: {"oversight.reviewers": {"kind": "expert", "count": 6}},
        BLIND: {"loops.oversight": 0.0},
    },
    [RANKS, WRONG, LOST, CAUGHT],
    seeds=SEEDS,
    controls=(NONE, BLIND),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 3,
        "policy.cards": 30, "rounds": 50, "seed": 101,
    },
    last=25,
)  # fmt: skip


def checks() -> list[Check]:
    """Means of the last 25 days, paired by seed."""
    less = TRIAL.difference
    return [
        above("euros a payment lost, more than without the habit", less(ILL, NONE, LOST)),
        below("share of payments wrongly stopped, less", less(ILL, NONE, WRONG)),
        above("average precision, more than without the habit", less(ILL, NONE, RANKS)),
        below("euros a payment lost, less if a release needs two", less(PAIRS, ILL, LOST)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The money, the honest payments and the ranking."""
    panels = [
        Panel("lost, euros a payment", (LOST,), over=7),
        Panel("share of payments wrongly stopped", (WRONG,), over=7),
        Panel("average precision", (RANKS,), over=7),
    ]
    TRIAL.draw(panels, "Alerts that are released unread", path)

"""What comes of analysts who follow the score, where what they say is learned from?

We expected stamps to harm the ranking, and not learning from them to mend that. Seeds 101 to 104
missed both (average precision .386, not .382 with analysts who look; .333 if stamps teach nothing,
and twice the money is lost: a stamp on an alert is right often enough). What honest customers bear
held. The claim says so since, with a mend that nobody had looked at; seeds from 201 on are held to
it.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "automation bias", "oversight"
CLAIM = (
    "Analysts who agree more the more they agreed soon release hardly an alert: more honest "
    "payments stay stopped and customers keep less of their spending than with analysts who look. "
    "The ranking does not suffer from their stamps, and not learning from them makes it lose more "
    "money. Half of the alerts shown without the score, and not learned from, gives customers a "
    "part back."
)
SOURCE = "Goddard, Roudsari and Wyatt (2012), Automation bias: a systematic review"
MEND = "Half of the alerts are shown without the score."
CONTROL = "Analysts who look at every alert, and all alerts without the score (the loop cut)."
CAPTION = (
    "On the left and in the middle, vermilion: what honest customers bear of analysts who stamp; "
    "green, half of the alerts without the score, is better, and grey, all of them, best. On the "
    "right, what that costs: the less is stopped, the more is lost."
)
SEEDS = 4

ILL, UNTAUGHT, HALF = "stamps are learned from", "stamps teach nothing", "half without the score"
LOOKS, BLIND = "analysts who look", "all without the score"
RANKS, WRONG = "true.average_precision", "true.wrongly_stopped"
TRUST, LOST = "true.trust", "true.lost"

TRIAL = Trial(
    "scenarios/fraud/automation_bias.yaml",
    {
        ILL: {},
        UNTAUGHT: {"training.trust.review": 1e-6},
        HALF: {"loops.oversight": 0.5},
        LOOKS: {"oversight.reviewers.automation": 0.0, "oversight.reviewers.habituation": 0.0},
        BLIND: {"loops.oversight": 0.0},
    },
    [RANKS, WRONG, TRUST, LOST],
    seeds=SEEDS,
    controls=(LOOKS, BLIND),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 3,
        "policy.cards": 30, "rounds": 45, "seed": 201,
    },
    last=20,
)  # fmt: skip


def checks() -> list[Check]:
    """Means of the last 20 days, paired by seed."""
    less = TRIAL.difference
    return [
        above("share wrongly stopped, more than by who looks", less(ILL, LOOKS, WRONG)),
        below("spending that customers keep, less than with them", less(ILL, LOOKS, TRUST)),
        within("average precision, less that with them",
               less(ILL, LOOKS, RANKS), -0.08, 0.08, sure=True),
        above("euros lost, more if stamps teach nothing", less(UNTAUGHT, ILL, LOST)),
        below("share wrongly stopped, less with half blind", less(HALF, ILL, WRONG)),
        above("spending kept, more with half blind", less(HALF, ILL, TRUST)),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """What honest customers bear, and what is lost."""
    panels = [
        Panel("share of payments wrongly stopped", (WRONG,), over=7),
        Panel("share of spending that customers keep", (TRUST,)),
        Panel("lost, euros a payment", (LOST,), over=7),
    ]
    TRIAL.draw(panels, "Analysts who stamp what the score says", path)

"""Can a group teach a lender to trust it by appealing?

We expected to see the harm in the money of whoever learns from appeals, and a gate to mend it. On
seeds 1 to 3 neither was so: learning from appeals is no dearer than the swings of learning from few
loans, and the gate lets the candidates pass, since among the approved they are no worse. Reviewers
also weighed the group column itself, which has a sign from chance; now they look at the score alone
(`attention: 0`). Claim and checks are of the gap; seeds from 201 on are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "adversarial feedback", "oversight"
CLAIM = (
    "Two groups are equally good. In one, half of the refused appeal, to reviewers who have "
    "stopped suspecting them. A model that takes a granted appeal for a good outcome lends to that "
    "group without an appeal. To trust reviewers a tenth as much as outcomes mends most "
    "of it, not to learn from them at all mends it; a gate on held-out loans does not."
)
SOURCE = (
    "Biggio, Nelson and Laskov (2012), Poisoning Attacks against Support Vector Machines; Hardt et "
    "al. (2023), Algorithmic Collective Action in Machine Learning."
)
MEND = "A kind of feedback that people can press on weighs little in training, or nothing."
CONTROL = "The same world with hardly an appeal; all loops cut."
CAPTION = (
    "On the left the gap between groups that are equally good: what vermilion has above blue is "
    "what the model learned, what blue has above black is the appeals alone. On the right the "
    "money: blue swings, since whom reviewers let through is taken for all like them."
)
SEEDS = 4

ILL, OUTCOMES, LITTLE = "appeals are labels", "outcomes alone", "appeals weigh a tenth"
GATE, QUIET, CUT = "appeals are labels, gate", "no appeals", "all loops cut"
GAP, APPROVAL, PROFIT = "true.gap.approval", "true.approval[a]", "true.profit"
_TRUST = {"training.trust.review": 1.0}

TRIAL = Trial(
    {
        "name": "campaign",
        "rounds": 28,
        "environment": {
            "kind": "lending",
            "people": 8000,
            "population": {
                "kind": "synthetic",
                "features": 4,
                "handicap": 0.0,
                "hidden": 0.0,
                "minority": 0.6,
            },
            "show_group": True,
            "moves": {},
        },
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
        "training": {
            "window": {"kind": "sliding", "rounds": 8},
            "history": {"rows": 3000},
        },
        "oversight": {
            "kind": "desk",
            "route": "none",
            "reviewers": {
                "kind": "expert",
                "count": 20,
                "attention": 0,
                "group_bias": {"a": -8.0},
            },
            "service": {"minutes": 5},
            "appeals": {"a": 0.5, "b": 0.02},
        },
    },
    {
        ILL: _TRUST,
        OUTCOMES: {},
        LITTLE: {"training.trust.review": 0.1},
        GATE: _TRUST | {"training.holdout": 0.3, "training.gate": {"kind": "better"}},
        QUIET: _TRUST | {"oversight.appeals": {"a": 0.02}},
        CUT: _TRUST | ALL_CUT,
    },
    [GAP, APPROVAL, PROFIT],
    seeds=SEEDS,
    controls=(QUIET, CUT),
    common={"seed": 201},
)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed."""
    less = TRIAL.difference
    return [
        above("gap, appeals as labels less outcomes alone", less(ILL, OUTCOMES, GAP), than=0.03),
        above("gap of the appeals alone: outcomes alone less no appeals",
              less(OUTCOMES, QUIET, GAP)),
        above("gap, mended by a trust of a tenth", less(ILL, LITTLE, GAP), than=0.02),
        within("gap, with a gate less without", less(GATE, ILL, GAP), -0.05, 0.05, sure=True),
        above("profit, no appeals less appeals as labels", less(QUIET, ILL, PROFIT), than=0.001),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The gap, the group's approvals and the money."""
    panels = [
        Panel("gap in approvals between the groups", (GAP,)),
        Panel("approvals of the group that appeals", (APPROVAL,)),
        Panel("profit a case, in loans", (PROFIT,)),
    ]
    TRIAL.draw(panels, "What is granted on appeal is learned as deserved", path)

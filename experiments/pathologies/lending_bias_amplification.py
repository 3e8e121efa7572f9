"""Can a tenth of the decisions, made by people with a prejudice, become all of them?

Told as it was. On seeds 1 to 3 all bands held but one: where the model learns from outcomes alone
the gap's mean stood still, with wide swings (whom reviewers let through repays, and a refit takes
that for all like them); that check is now of the gate. Then six of seven bands were missed on seeds
101 to 104. Reviewers weighed the group column itself among their features, with a sign from chance,
which cancelled the stated suspicion in three of the four seeds. Now they look at the score alone
(`attention: 0`), and the same bands are held to seeds from 201 on, that nobody had looked at.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "bias amplification", ("oversight", "outcome")
CLAIM = (
    "Two groups are equally good. Reviewers, who see uncertain cases only, suspect one of them. "
    "A model that learns from their answers takes the suspicion over and applies it to everybody; "
    "who is then refused never shows that the suspicion was wrong, and the gap grows to several "
    "times what the reviewers make alone. A gate that judges every candidate by outcomes, group "
    "by group, holds it there."
)
SOURCE = (
    "Glickman and Sharot (2025), How human-AI feedback loops alter human perceptual, emotional and "
    "social judgements; here in a lender's desk, whose answers are labels."
)
MEND = "A gate: by outcomes no group may be worse off. Or the model learns from outcomes alone."
CONTROL = "A policy that lends at random, and all loops cut. The groups have the same law."
CAPTION = (
    "On the left, the distance between vermilion, which grows, and green, which is what the same "
    "reviewers do to the cases on their desk. In the middle whom it costs: in the end one in "
    "twenty of group b's good applicants gets a loan. Blue swings: reviewers pick who repays."
)
SEEDS = 4

ILL, OUTCOMES, GATE = "learns from reviews", "outcomes alone", "a gate for each group"
SLICE, CUT, CHANCE = "random slice, weights", "all loops cut", "random policy"
GAP, RECALL = "true.gap.approval", "true.recall[b]"
FIRST = 4
_REVIEWS = {"training.trust.review": 1.0}

TRIAL = Trial(
    {
        "name": "suspicion",
        "rounds": 32,
        "environment": {
            "kind": "lending",
            "people": 8000,
            "population": {"kind": "synthetic", "features": 4, "handicap": 0.0, "hidden": 0.0},
            "show_group": True,
            "moves": {},
        },
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
        "training": {
            "rule": {"kind": "every", "rounds": 4},
            "window": {"kind": "sliding", "rounds": 8},
            "history": {"rows": 3000},
        },
        "oversight": {
            "kind": "desk",
            "route": {"kind": "uncertainty", "share": 0.1, "around": 0.8},
            "reviewers": {
                "kind": "expert",
                "count": 20,
                "attention": 0,
                "group_bias": {"b": 6.0},
            },
            "service": {"minutes": 5},
        },
    },
    {
        ILL: _REVIEWS,
        OUTCOMES: {},
        GATE: _REVIEWS
        | {"training.holdout": 0.3, "training.gate": {"kind": "subgroups", "metric": "brier"}},
        SLICE: _REVIEWS | {"policy.explore": 0.05, "training.weights": "inverse-propensity"},
        CUT: _REVIEWS | ALL_CUT,
        CHANCE: _REVIEWS | {"policy": {"kind": "random"}},
    },
    [GAP, RECALL, "true.profit"],
    seeds=SEEDS,
    controls=(CUT, CHANCE),
    common={"seed": 201},
)


def growth(arm: str) -> NDArray[np.float64]:
    """Of the gap, from the rounds before the first refit to the last ones, by seed."""
    return TRIAL.end(arm, GAP) - TRIAL.path(arm, GAP)[:, :FIRST].mean(axis=1)


def checks() -> list[Check]:
    """Of the gap in approvals, means of the last 10 rounds, paired by seed."""
    less = TRIAL.difference
    return [
        above("growth of the gap, learning from reviews", growth(ILL), than=0.03),
        above("gap, less that with all loops cut", less(ILL, CUT, GAP), than=0.05),
        above("made by learning: less outcomes alone", less(ILL, OUTCOMES, GAP), than=0.03),
        within("growth, with a gate for each group", growth(GATE), -0.02, 0.02, sure=True),
        above("mended by a gate for each group", less(ILL, GATE, GAP), than=0.02),
        above("mended by a random slice", less(ILL, SLICE, GAP), than=0.02),
        above("recall of b, mended by the gate", less(GATE, ILL, RECALL), than=0.03),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The gap, whom it costs, and the money."""
    panels = [
        Panel("gap in approvals between the groups", (GAP,)),
        Panel("group b: share of the good with a loan", (RECALL,)),
        Panel("profit a case, in loans", ("true.profit",), (ILL, OUTCOMES, GATE, SLICE)),
    ]
    TRIAL.draw(panels, "A suspicion at the desk becomes the model's, and then everybody's", path)

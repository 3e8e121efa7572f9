"""Do people follow a wrong score as they follow a right one? De-Arteaga et al. (2020).

Signs only. Half of the cases reach the model with a feature that is wrong, so that their scores
are; people see the case and the score. Bands were stated before the first run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.experiment import Check, Panel, Trial, above, within

CLAIM = (
    "People who can judge a case by themselves follow advice less where it is wrong, and override "
    "more when scores are made wrong; people who follow unread do neither."
)
SOURCE = (
    "De-Arteaga, Fogliato and Chouldechova (2020), A Case for Humans-in-the-Loop: Decisions in the "
    "Presence of Erroneous Algorithmic Scores; signs only"
)
CAPTION = (
    "On the left that the lines are above 0: advice that is wrong is overridden more often. On the "
    "right, that vermilion is hardly above blue: the fault makes few scores so wrong that people "
    "see it, and the sign is missed. Black follows unread."
)
CONTROL = "People who follow advice unread, and the twin whose scores are right."
KIND = "sign"
SEEDS = 5

WRONG, RIGHT, UNREAD = "half of the scores wrong", "scores as they are", "wrong, followed unread"
MORE = "own.wrong_less_right"
OVERRIDE = "own.override"
_FAULT = {"environment.pipeline": [{"feature": "utilisation", "offset": 2.0, "share": 0.5}]}


class Overrides:
    """How often advice is overridden that turns out wrong, and that turns out right."""

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"wrong_less_right": [], "override": []}
        self.advised: Any = None

    def on_reviews(self, sim: Any, t: int, reviews: Any, advised: Any) -> None:
        """What the model said of the cases that were reviewed."""
        self.advised = advised[reviews.at]

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """Shares of the reviewed cases."""
        over = sim.reviews.action != self.advised
        wrong = self.advised != outcomes.good[sim.reviews.at]
        both = wrong.any() and not wrong.all()
        gap = over[wrong].mean() - over[~wrong].mean() if both else np.nan
        self.paths["wrong_less_right"].append(float(gap))
        self.paths["override"].append(float(over.mean()) if over.size else np.nan)


TRIAL = Trial(
    "scenarios/oversight/automation_bias.yaml",
    {
        WRONG: _FAULT,
        RIGHT: {},
        UNREAD: _FAULT
        | {"oversight.reviewers": {"kind": "expert", "count": 12, "automation": 1.0}},
    },
    [MORE, OVERRIDE],
    seeds=SEEDS,
    controls=(UNREAD,),
    common={
        "environment.people": 3000,
        "rounds": 16,
        "training.rule": "never",
        "oversight.route": {"kind": "random", "share": 0.3},
        "oversight.service": {"minutes": 0.5},
    },
    watch=(__file__, "Overrides"),
)


def checks() -> list[Check]:
    """Signs of shares, and of paired differences."""
    return [
        above("overridden: wrong advice less right", TRIAL.end(WRONG, MORE)),
        above("the same, scores as they are", TRIAL.end(RIGHT, MORE)),
        above("overrides: wrong scores less right ones", TRIAL.difference(WRONG, RIGHT, OVERRIDE)),
        within("followed unread: overrides", TRIAL.end(UNREAD, OVERRIDE), -0.01, 0.01, sure=True),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Overrides of wrong against right advice, and of all."""
    panels = [
        Panel("overridden: wrong advice less right", (MORE,), level=0.0),
        Panel("share of advice that is overridden", (OVERRIDE,)),
    ]
    TRIAL.draw(panels, "People follow a wrong score less than a right one", path)

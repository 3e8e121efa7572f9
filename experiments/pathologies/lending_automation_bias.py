"""What are reviewers worth who are shown the score before they answer?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "automation bias", "oversight"
CLAIM = (
    "Reviewers who see the score follow it unread ever more often, and what they add to it falls "
    "round by round. If they answer before the score is shown, it does not. To ask for a written "
    "reason makes it worse: only departures must be written, and departures are what is worth "
    "something."
)
SOURCE = (
    "Goddard, Roudsari and Wyatt (2012), Automation bias: a systematic review; Parasuraman and "
    "Manzey (2010), Complacency and Bias in Human Use of Automation."
)
MEND = "The score is hidden until an answer is given, and may be looked at then."
CONTROL = "The same people blind (the oversight loop cut), and no desk."
CAPTION = (
    "On the left vermilion falls, blue does not. In the middle what the desk's answers add to the "
    "advice: vermilion falls to half, the dark control (the same people, blind) rises."
)
SEEDS = 5

_DESK = str(Path(__file__).parents[1] / "worlds" / "desk_worth.py")
ILL, HIDDEN, WRITTEN, DOUBLE = "score shown", "score hidden first", "must justify", "double review"
BLIND, NONE = "oversight cut (blind)", "no desk"
OVERRIDE, WORTH, PROFIT = "observed.review.override", "own.worth", "true.profit"

TRIAL = Trial(
    "scenarios/oversight/automation_bias.yaml",
    {
        ILL: {},
        HIDDEN: {"oversight.override": {"kind": "score-hidden-first"}},
        WRITTEN: {"oversight.override": {"kind": "justify"}},
        DOUBLE: {"oversight.double": 0.33, "oversight.reserve": 0.25},
        BLIND: {"loops.oversight": 0.0},
        NONE: {"oversight": "none"},
    },
    [OVERRIDE, WORTH, PROFIT],
    seeds=SEEDS,
    controls=(BLIND, NONE),
    common={"seed": 101, "environment.people": 6000},
    watch=(_DESK, "DeskWorth"),
)


def since(arm: str, figure: str) -> NDArray[np.float64]:
    """By seed: the last rounds less the first five."""
    return TRIAL.end(arm, figure) - TRIAL.path(arm, figure)[:, :5].mean(axis=1)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed; worth is money a reviewed case."""
    less = TRIAL.difference
    return [
        below("overrides of shown scores, last less first", since(ILL, OVERRIDE), than=-0.05),
        below("worth of a look, last less first", since(ILL, WORTH)),
        above("worth, blind less shown", less(BLIND, ILL, WORTH), than=0.01),
        above("worth, hidden first less shown", less(HIDDEN, ILL, WORTH), than=0.01),
        above("profit a case, hidden first less shown", less(HIDDEN, ILL, PROFIT)),
        below("worth, must justify less shown", less(WRITTEN, ILL, WORTH)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Overrides, what they are worth, and the money of all cases."""
    panels = [
        Panel("share of looks that override", (OVERRIDE,), (ILL, HIDDEN, WRITTEN, DOUBLE, BLIND)),
        Panel("worth of a look, in loans", (WORTH,), (ILL, HIDDEN, WRITTEN, DOUBLE, BLIND)),
        Panel("profit a case, in loans", (PROFIT,), (ILL, HIDDEN, BLIND, NONE)),
    ]
    TRIAL.draw(panels, "A second opinion that has read the first", path)

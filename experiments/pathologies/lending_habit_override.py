"""What do two reviewers cost who overrule the model out of habit?"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "overrides by habit", "oversight"
CLAIM = (
    "Two reviewers of ten overrule every third advice, whatever the evidence, at a desk that sees "
    "a random tenth of the cases. That takes away what the other eight add. A second pair of eyes "
    "on every override brings it back and more; a ceiling on overrides hits the good ones as well "
    "and mends less."
)
SOURCE = (
    "De-Arteaga, Fogliato and Chouldechova (2020), A Case for Humans-in-the-Loop; Kleinberg et al. "
    "(2018), Human Decisions and Machine Predictions. The errors are those of Alves et al. (2024)."
)
MEND = "An override counts only if a second reviewer, asked about the case, departs as well."
CONTROL = "The same desk without the habit; the same people blind; no desk."
CAPTION = (
    "In the middle, what a look adds to the advice: vermilion is below the first grey line by what "
    "the habit costs, blue above both. On the left how many overrides that takes."
)
SEEDS = 4

_DESK = str(Path(__file__).parents[1] / "worlds" / "desk_worth.py")
ILL, TWO, QUOTA = "two of ten by habit", "two pairs of eyes", "at most a fifth"
PLAIN, BLIND, NONE = "nobody by habit", "oversight cut (blind)", "no desk"
OVERRIDE, WORTH, PROFIT = "observed.review.changed", "own.worth", "true.profit"

TRIAL = Trial(
    "scenarios/oversight/habit_override.yaml",
    {
        ILL: {},
        TWO: {"oversight.override": {"kind": "two-pairs"}},
        QUOTA: {"oversight.override": {"kind": "quota", "share": 0.2}},
        PLAIN: {"oversight.reviewers": {"kind": "expert", "count": 10}},
        BLIND: {"loops.oversight": 0.0},
        NONE: {"oversight": "none"},
    },
    [OVERRIDE, WORTH, PROFIT],
    seeds=SEEDS,
    controls=(PLAIN, BLIND, NONE),
    common={
        "seed": 101,
        "rounds": 24,
        "environment.people": 6000,
        "oversight.route": {"kind": "random", "share": 0.1},
    },
    watch=(_DESK, "DeskWorth"),
)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed; worth is money a reviewed case."""
    less = TRIAL.difference
    return [
        below("worth of a look, habit less nobody", less(ILL, PLAIN, WORTH), than=-0.002),
        above("worth, two pairs less habit", less(TWO, ILL, WORTH), than=0.005),
        above("worth, two pairs less nobody by habit", less(TWO, PLAIN, WORTH)),
        above("worth, two pairs less a ceiling", less(TWO, QUOTA, WORTH)),
        above("profit a case, two pairs less habit", less(TWO, ILL, PROFIT)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Overrides that count, what they are worth, and the money of all cases."""
    panels = [
        Panel("share of reviewed cases that were changed", (OVERRIDE,), (ILL, TWO, QUOTA, PLAIN)),
        Panel("worth of a look, in loans", (WORTH,), (ILL, TWO, QUOTA, PLAIN), level=0.0),
        Panel("profit a case, in loans", (PROFIT,), (ILL, TWO, QUOTA, PLAIN, NONE)),
    ]
    TRIAL.draw(panels, "Overrides that are a habit, and a second pair of eyes", path)

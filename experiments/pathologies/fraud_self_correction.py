"""Does a bank that begins with a poor model come to where a good one is, by its own feedback?

Three seeds, 1 to 3, were too few for the margins that we had stated (first week: -.14 [-.33, .04]):
what 400 payments teach is luck. The claim is of signs since; other seeds, from 101 on, are held to
it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "self-correction", "model"
CLAIM = (
    "A bank whose first model has seen 400 payments ranks worse than one whose model has seen a "
    "month of them. Its own feedback, chargebacks and looked-into alerts, brings it to the same "
    "ranking within three weeks; without refits it stays behind and loses more money. Here the "
    "loop is what heals."
)
SOURCE = (
    "Adam, Chang, Haibe-Kains and Goldenberg (2020), Hidden Risks of Machine Learning Applied to "
    "Healthcare, on feedback that harms; here is some that heals"
)
MEND = "A fit every week on chargebacks and on alerts, half of them looked into."
CONTROL = "The same bank with a month of payments before day 0; alerts at random (in the checks)."
CAPTION = (
    "On the left, blue and green rise from vermilion to the black line, whose bank began with a "
    "month of payments, once the first chargebacks come on day 7; vermilion, never fitted again, "
    "stays. On the right, the money that this saves."
)
SEEDS = 6

ILL, LEARNS, DAILY = "never fitted again", "fitted every week", "fitted every day"
FULL, CHANCE = "a month of payments first", "random alerts"
RANKS, LOST = "true.average_precision", "own.lost_share"
LEDGER = (str(Path(__file__).parents[1] / "worlds" / "fraud_desk.py"), "Ledger")

TRIAL = Trial(
    "scenarios/fraud/alerts.yaml",
    {
        ILL: {"training.rule": "never"},
        LEARNS: {},
        DAILY: {"training.rule.rounds": 1},
        FULL: {"training.history.rows": 50000},
        CHANCE: {"model": {"kind": "constant"}},
    },
    [RANKS, LOST],
    seeds=SEEDS,
    controls=(FULL, CHANCE),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 0,
        "policy.cards": 20, "rounds": 42, "seed": 101, "training.history.rows": 400,
    },
    last=21,
    watch=LEDGER,
)  # fmt: skip


def first(arm: str) -> NDArray[np.float64]:
    """(seeds,) average precision, mean of the first week."""
    return np.asarray(TRIAL.path(arm, RANKS)[:, :7].mean(axis=1))


def checks() -> list[Check]:
    """Of the first week and of the last three, paired by seed."""
    less = TRIAL.difference
    return [
        below(
            "first week: average precision, less than with a month first",
            first(LEARNS) - first(FULL),
        ),
        within(
            "in the end: average precision, less that with a month first",
            less(LEARNS, FULL, RANKS),
            -0.05,
            0.05,
            sure=True,
        ),
        above("in the end: average precision, more than unfitted", less(LEARNS, ILL, RANKS)),
        below("in the end: stolen euros that pass, less than then", less(LEARNS, ILL, LOST)),
        above("unfitted: average precision, more than random alerts'", less(ILL, CHANCE, RANKS)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The ranking, the alerts and the money."""
    some = (ILL, LEARNS, DAILY, FULL)
    panels = [
        Panel("average precision", (RANKS,), some, over=7),
        Panel("share of stolen euros that pass", (LOST,), some, over=7),
    ]
    TRIAL.draw(panels, "A poor model is healed by its own feedback", path)

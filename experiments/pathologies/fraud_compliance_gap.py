"""Is the limit on wrongly stopped payments met, where the dashboard says so?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "compliance gap", "outcome"
CLAIM = (
    "With 40 alerts a day, of which one in five is looked into, the dashboard meets a limit of "
    "one wrongly stopped payment in 200: the other alerts never show that they were wrong. In "
    "truth more than twice as many as allowed are stopped. Looking into every alert makes both "
    "ledgers agree, and 10 alerts a day then meet the limit in both."
)
SOURCE = "Lakkaraju et al. (2017), The Selective Labels Problem; the limit is an example."
MEND = "Every alert is looked into, and there are as many as the limit allows."
CONTROL = "The outcome loop cut, and alerts at random."
CAPTION = (
    "On the left the thin line is the limit: vermilion's dashed line, the dashboard, lies above "
    "it, its solid line, the truth, far below; of blue and green dashed and solid lie on each "
    "other. On the right, what the customers do about it."
)
SEEDS = 4

ILL, LOOKS, MENDED = "one in five looked into", "all looked into", "all, and fewer alerts"
SHOWN, CHANCE = "all outcomes show", "random alerts"
TRUE, SEEN, TRUST = "true.recall", "observed.recall", "true.trust"
LIMIT = 0.005

TRIAL = Trial(
    "scenarios/fraud/alerts.yaml",
    {
        ILL: {"environment.investigated": 0.2},
        LOOKS: {"environment.investigated": 1.0},
        MENDED: {"environment.investigated": 1.0, "policy.cards": 10},
        SHOWN: {"loops.outcome": 0.0},
        CHANCE: {"environment.investigated": 0.2, "model": {"kind": "constant"}},
    },
    [TRUE, SEEN, TRUST],
    seeds=SEEDS,
    controls=(SHOWN, CHANCE),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 0,
        "policy.cards": 40, "rounds": 45, "seed": 1,
    },
    last=20,
)  # fmt: skip


def wrong(arm: str, ledger: str) -> NDArray[np.float64]:
    """(seeds,) share of honest payments that were stopped."""
    return 1.0 - TRIAL.end(arm, ledger)


def checks() -> list[Check]:
    """Shares of honest payments that are stopped, means of the last 20 days."""
    kept = TRIAL.difference(MENDED, ILL, TRUST)
    return [
        below("dashboard: share wrongly stopped, below the limit", wrong(ILL, SEEN), LIMIT),
        above("truth: share wrongly stopped, above twice the limit", wrong(ILL, TRUE), 2 * LIMIT),
        within(
            "all looked into: truth less dashboard",
            wrong(LOOKS, TRUE) - wrong(LOOKS, SEEN),
            -0.001,
            0.001,
            sure=True,
        ),
        below("mended: truth below the limit", wrong(MENDED, TRUE), LIMIT),
        below("mended: dashboard below the limit", wrong(MENDED, SEEN), LIMIT),
        above("mended: customers keep more of their spending", kept),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """What is met on which ledger."""
    panels = [
        Panel(
            "share of honest payments that pass",
            (TRUE, SEEN),
            (ILL, LOOKS, MENDED),
            level=1 - LIMIT,
            since=14,
        ),
        Panel("share of spending that customers keep", (TRUST,)),
    ]
    TRIAL.draw(panels, "A limit that is met on the dashboard alone", path)

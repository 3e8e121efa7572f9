"""On whom do false alarms fall, and does the loop make it worse?

We expected the gap in false alarms to be the same with and without the loop. Seeds 1 to 3 said that
the loop halves it (.033, not .075), and that nothing is lost by equal alerts. The claim says so
since; other seeds, from 101 on, are held to it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "fraud", "bias amplification", "feature"
CLAIM = (
    "False alarms fall on customers with large amounts, and each makes them spend less, so that "
    "they keep less of their spending than those with small amounts. The loop does not amplify "
    "the alarms: who spends less looks less suspicious, and the gap in alarms is smaller than "
    "where nobody is annoyed. As many alerts for each third of the customers closes it, at no "
    "cost in stolen money that can be told."
)
SOURCE = (
    "Ensign et al. (2018), Runaway Feedback Loops in Predictive Policing, on attention that goes "
    "where it went before"
)
MEND = "As many alerts for each third of the customers."
CONTROL = "The feature loop cut (alarms annoy nobody), and alerts at random."
CAPTION = (
    "On the left and in the middle, vermilion: customers with large amounts are stopped more and "
    "those with small ones less; blue, as many alerts for each third, treats both alike. The "
    "black line lies further out still: without annoyance the gap is larger. On the right, what "
    "customers with large amounts keep of their spending."
)
SEEDS = 5

ILL, EQUAL = "lowest scores", "as many for each third"
CALM, CHANCE = "alarms annoy nobody", "random alerts"
HIGH, LOW = "true.wrongly_stopped[high]", "true.wrongly_stopped[low]"
RICH, POOR, LOST = "true.trust[high]", "true.trust[low]", "own.lost_share"
DESK = Path(__file__).parents[1] / "worlds" / "fraud_desk.py"
_EQUAL = {
    "kind": "file", "path": str(DESK), "name": "SameForGroups",
    "parameters": {"cards": 60, "groups": 3},
}  # fmt: skip

TRIAL = Trial(
    "scenarios/fraud/false_alarms.yaml",
    {
        ILL: {},
        EQUAL: {"policy": _EQUAL},
        CALM: {"loops.feature": 0.0},
        CHANCE: {"model": {"kind": "constant"}},
    },
    [HIGH, LOW, RICH, POOR, LOST],
    seeds=SEEDS,
    controls=(CALM, CHANCE),
    common={
        "environment.customers": 1000, "environment.terminals": 2000, "environment.rings": 0,
        "policy.cards": 60, "rounds": 50, "seed": 101,
    },
    last=20,
    watch=(str(DESK), "Ledger"),
    code=(DESK,),
)  # fmt: skip


def gap(arm: str) -> NDArray[np.float64]:
    """(seeds,) share of payments that are wrongly stopped, large amounts less small ones."""
    return TRIAL.end(arm, HIGH) - TRIAL.end(arm, LOW)


def checks() -> list[Check]:
    """Means of the last 20 days, paired by seed."""
    less = TRIAL.difference
    kept = TRIAL.end(ILL, RICH) - TRIAL.end(ILL, POOR)
    return [
        above("wrongly stopped: large amounts, more than small ones", gap(ILL), 0.005),
        below("spending kept: large amounts, less than small ones", kept),
        below("that gap in alarms, less that where nobody is annoyed", gap(ILL) - gap(CALM), -0.01),
        below("that gap in alarms, less by equal alerts", gap(EQUAL) - gap(ILL), -0.01),
        above("large amounts: spending kept, more by equal alerts", less(EQUAL, ILL, RICH)),
        within("stolen euros that pass, equal less lowest scores",
               less(EQUAL, ILL, LOST), -0.05, 0.05, sure=True),
        within("random alerts: the gap in alarms", gap(CHANCE), -0.005, 0.005, sure=True),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Who is stopped, and what it does."""
    panels = [
        Panel("share wrongly stopped, large amounts", (HIGH,), over=7),
        Panel("share wrongly stopped, small amounts", (LOW,), over=7),
        Panel("spending kept, large amounts", (RICH,)),
    ]
    TRIAL.draw(panels, "False alarms fall on some, who then spend less", path)

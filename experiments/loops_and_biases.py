"""Which loop feeds which bias? Pagan et al. (2023).

Signs only, in one world of lending. The paper's individual loop is here the feature loop with
`changes: both`: a decision moves the person, and what is seen of them. Bands were stated before the
first run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, below, within

CLAIM = (
    "The sampling loop feeds a bias of representation (the refused groups come less), the "
    "individual loop a historical one (those who are lent to gain, the others do not), and the "
    "outcome loop one of measurement (the model errs more on the group that it rarely sees). "
    "Each vanishes, or shrinks, with its own loop cut."
)
SOURCE = (
    "Pagan, Baumann, Elokda, De Pasquale, Bolognani and Hannak (2023), A Classification of "
    "Feedback Loops and Their Relation to Biases in Automated Decision-Making Systems; signs "
    "only"
)
CAPTION = (
    "In each panel the line of the loop that feeds it lies apart from vermilion, near black: who "
    "still comes, and gaps between the groups in who would repay and in the error of scores."
)
CONTROL = "All loops cut."
KIND = "sign"
SEEDS = 5

CLOSED, CUT = "all closed", "all loops cut"
SAMPLING, FEATURE, OUTCOME = "sampling cut", "feature cut", "outcome cut"
COME, REPAYMENT, ERROR = "own.representation", "true.gap.repayment", "true.gap.calibration"
GROUP = "black"


class Applicants:
    """How well a group is represented among those who come."""

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"representation": []}

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """Its share of the cases over its share of the people; 1 is fair."""
        code = sim.world.groups.index(GROUP)
        shares = [np.mean(group == code) for group in (cases.group, sim.people["group"])]
        self.paths["representation"].append(float(shares[0] / shares[1]))


TRIAL = Trial(
    "scenarios/lending/selective_labels.yaml",
    {
        CLOSED: {},
        SAMPLING: {"loops.sampling": 0.0},
        FEATURE: {"loops.feature": 0.0},
        OUTCOME: {"loops.outcome": 0.0},
        CUT: ALL_CUT,
    },
    [COME, REPAYMENT, ERROR],
    seeds=SEEDS,
    controls=(CUT,),
    common={"environment.people": 20_000, "rounds": 40},
    watch=(__file__, "Applicants"),
)


def checks() -> list[Check]:
    """Signs of the paired differences, and what is left with all loops cut of who comes."""
    return [
        below(
            "who comes, black: closed less sampling cut", TRIAL.difference(CLOSED, SAMPLING, COME)
        ),
        above(
            "who would repay: gap, less feature cut", TRIAL.difference(CLOSED, FEATURE, REPAYMENT)
        ),
        above("error: gap, less outcome cut", TRIAL.difference(CLOSED, OUTCOME, ERROR)),
        within("who comes, black: all loops cut", TRIAL.end(CUT, COME), 0.95, 1.05, sure=True),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Three gaps between groups, with each loop cut."""
    panels = [
        Panel("black applicants, of their share of people", (COME,), level=1.0),
        Panel("gap in who would repay", (REPAYMENT,)),
        Panel("gap in the error of scores", (ERROR,)),
    ]
    TRIAL.draw(panels, "Each loop feeds a bias of its own", path)

"""Is a limit kept that only the approved can report on?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "compliance gap", "outcome"
CLAIM = (
    "A limit says that good applicants of both groups must be approved alike, within .05. On the "
    "dashboard the gap is exactly 0 whatever the lender does, since only the approved show that "
    "they were good: the limit is never broken, and it would be in every round if all were seen. "
    "Ten rounds of a random slice of loans find the true gap within a few hundredths; a policy of "
    "equal opportunity, on scores that the slice has made right, removes most of it."
)
SOURCE = (
    "Hardt, Price and Srebro (2016), Equality of Opportunity in Supervised Learning; Coston et al. "
    "(2021), Characterizing Fairness Over the Set of Good Models Under Selective Labels."
)
MEND = "A random slice to audit by, and to learn from; equal opportunity as the policy."
CONTROL = "All loops cut, where the dashboard sees the gap; a policy that lends at random."
CAPTION = (
    "On the left dashed vermilion lies at 0, solid vermilion far above: the dashboard complies, "
    "the lender does not; with all loops cut (black) both agree. In the middle what the audit "
    "says. On the right who brings the true gap down."
)
SEEDS = 4


class Audit:
    """The gap in approvals of the good, from a round's loans and propensities alone."""

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"audited": [], "rule": [], "breaches": []}
        self._breaches = 0

    def on_event(self, sim: Any, event: dict[str, Any]) -> None:
        """A limit was broken, as far as the dashboard can tell."""
        self._breaches += event["kind"] == "breach"

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """A loan given by chance alone has a small propensity; each good one counts 1/propensity.

        `rule` is the truth: the gap of the policy without its slice, over all applicants.
        """
        loan = cases.actions == 1
        chosen = loan & (cases.propensities > 0.5)
        weight = np.where(loan & (outcomes.label == 1), 1.0 / cases.propensities, 0.0)
        self.paths["audited"].append(_gap(chosen, weight, cases.group))
        self.paths["breaches"].append(self._breaches)
        self._breaches = 0
        good = outcomes.good.astype(float)
        self.paths["rule"].append(_gap(chosen, good, cases.group))


def _gap(chosen: Any, weight: Any, group: Any) -> float:
    good = np.bincount(group, weight)
    rates = np.bincount(group, weight * chosen) / good
    return float(rates.max() - rates.min())


ILL, AUDITED, MENDED = "break-even", "break-even, slice", "equal opportunity, slice"
CUT, CHANCE = "break-even, all loops cut", "random policy"
TRUE, SEEN, PROFIT = "true.gap.recall", "observed.gap.recall", "true.profit"
AUDIT, RULE, BREACHES = "own.audited", "own.rule", "own.breaches"
_SLICE = {"policy.explore": 0.05, "training.weights": "inverse-propensity"}

TRIAL = Trial(
    {
        "name": "limit",
        "rounds": 24,
        "environment": {
            "kind": "lending",
            "people": 8000,
            "apply": 0.8,
            "population": {"kind": "transunion-2003", "weights": {"white": 0.75, "black": 0.25}},
            "moves": {},
        },
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
        "governance": {"limits": ["observed.gap.recall <= 0.05"]},
    },
    {
        ILL: {},
        AUDITED: _SLICE,
        MENDED: {"policy": {"kind": "equal-opportunity"}} | _SLICE,
        CUT: ALL_CUT,
        CHANCE: {"policy": {"kind": "random"}},
    },
    [TRUE, SEEN, PROFIT, AUDIT, RULE, BREACHES],
    seeds=SEEDS,
    controls=(CUT, CHANCE),
    common={"seed": 101},
    watch=(__file__, "Audit"),
)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed."""
    less, end = TRIAL.difference, TRIAL.end
    error = end(AUDITED, AUDIT) - end(AUDITED, RULE)
    return [
        within(
            "rounds in which the limit was broken", TRIAL.total(ILL, BREACHES), -0.5, 0.5, sure=True
        ),
        above("the same with all loops cut", TRIAL.total(CUT, BREACHES), than=20),
        within("gap on the dashboard", end(ILL, SEEN), -0.001, 0.001, sure=True),
        above("true gap", end(ILL, TRUE), than=0.2),
        above("gap on the dashboard with all loops cut", end(CUT, SEEN), than=0.2),
        within("the audit's error", error, -0.05, 0.05, sure=True),
        above("true gap, mended", less(ILL, MENDED, TRUE), than=0.1),
        above("what the mend costs: profit", less(AUDITED, MENDED, PROFIT)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The gap as seen and as it is, as audited, and mended."""
    panels = [
        Panel("gap in recall, true and observed", (TRUE, SEEN), (ILL, CUT)),
        Panel("gap in recall by audit", (AUDIT,), (AUDITED, MENDED)),
        Panel("gap in recall, true", (TRUE,)),
    ]
    TRIAL.draw(panels, "On the dashboard every lender gives the good of both groups a loan", path)

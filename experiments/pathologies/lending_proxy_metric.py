"""Which lender decides better: the dashboard's, or the one that it makes look worse?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "proxy-metric failure", "outcome"
CLAIM = (
    "Accuracy among loans whose outcome is known prefers a lender who asks for a score of .95 to "
    "one at break-even, .8: every refusal of a good applicant improves it. True accuracy and "
    "profit a case prefer break-even. A random slice of loans, weighed by inverse propensity, "
    "estimates true accuracy and turns the order round."
)
SOURCE = (
    "Manheim and Garrabrant (2018), Categorizing Variants of Goodhart's Law; Lakkaraju et al. "
    "(2017), The Selective Labels Problem; the estimate: Horvitz and Thompson (1952)."
)
MEND = "One applicant in twenty gets a loan whatever the score; accuracy is estimated from those."
CONTROL = "Both lenders with all loops cut, where the dashboard sees everybody."
CAPTION = (
    "On the left the dashed vermilion line is above the dashed blue one, and the solid vermilion "
    "below the solid blue. On the right the audit's estimate has them as the truth has. With all "
    "loops cut (middle) dashed and solid agree."
)
SEEDS = 4


class Audit:
    """Accuracy of the lender's rule among all applicants, from a round's loans and propensities."""

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"audited": [], "rule": []}

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """Each loan counts 1/propensity; of a refusal nothing is read. `rule` is the truth."""
        said, loans = cases.scores >= sim.plan.policy.at, cases.actions == 1
        right = said[loans] == outcomes.label[loans]
        weight = 1.0 / cases.propensities[loans]
        self.paths["audited"].append(float((weight * right).sum() / weight.sum()))
        self.paths["rule"].append(float((said == outcomes.good).mean()))


def _asks(score: float, share: float = 0.0) -> dict[str, Any]:
    return {"policy": {"kind": "threshold", "at": score, "explore": share}}


STRICT, EVEN = "asks for .95", "break-even, .8"
STRICT_CUT, EVEN_CUT = "asks for .95, all loops cut", "break-even, all loops cut"
STRICT_AUDITED, EVEN_AUDITED = "asks for .95, with a slice", "break-even, with a slice"
TRUE, SEEN, PROFIT = "true.accuracy", "observed.accuracy", "true.profit"
AUDITED, RULE = "own.audited", "own.rule"

TRIAL = Trial(
    {
        "name": "proxy",
        "rounds": 24,
        "environment": {"kind": "lending", "people": 8000, "apply": 0.8, "moves": {}},
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
    },
    {
        STRICT: _asks(0.95),
        EVEN: _asks(0.8),
        STRICT_AUDITED: _asks(0.95, 0.05),
        EVEN_AUDITED: _asks(0.8, 0.05),
        STRICT_CUT: _asks(0.95) | ALL_CUT,
        EVEN_CUT: _asks(0.8) | ALL_CUT,
    },
    [TRUE, SEEN, PROFIT, AUDITED, RULE],
    seeds=SEEDS,
    controls=(STRICT_CUT, EVEN_CUT),
    common={"seed": 101},
    watch=(__file__, "Audit"),
)


def _error() -> np.ndarray:
    """By seed: the audit's estimate less what is true of the rule that it audits."""
    return TRIAL.end(STRICT_AUDITED, AUDITED) - TRIAL.end(STRICT_AUDITED, RULE)


def checks() -> list[Check]:
    """Strict less break-even: means of the last 10 rounds, paired by seed."""
    less = TRIAL.difference
    return [
        above("on the dashboard, accuracy", less(STRICT, EVEN, SEEN), than=0.01),
        below("in truth, accuracy", less(STRICT, EVEN, TRUE), than=-0.03),
        below("in truth, profit", less(STRICT, EVEN, PROFIT)),
        below("on the dashboard with all loops cut", less(STRICT_CUT, EVEN_CUT, SEEN), than=-0.03),
        below("by the audit", less(STRICT_AUDITED, EVEN_AUDITED, AUDITED), than=-0.02),
        within("the audit's error, strict lender", _error(), -0.03, 0.03, sure=True),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Accuracy as seen, as it is, and as audited."""
    panels = [
        Panel("accuracy, true and observed", (TRUE, SEEN), (STRICT, EVEN)),
        Panel("the same with all loops cut", (TRUE, SEEN), (STRICT_CUT, EVEN_CUT)),
        Panel("accuracy by audit", (AUDITED,), (STRICT_AUDITED, EVEN_AUDITED)),
    ]
    TRIAL.draw(panels, "The dashboard prefers the lender who refuses the good", path)

"""What a team counts at its desk: no truth, no labels."""

from __future__ import annotations

import numpy as np

from loopsim.cases import Cases
from loopsim.oversight.base import NOBODY, Floats, Looks

NAMES = ("review.reached", "review.changed", "review.override", "review.waited")


def of_round(looks: Looks, cases: Cases, groups: int) -> dict[str, Floats]:
    """Each (1 + groups,), everybody first; NaN where there is nothing to count.

    ``review.reached``: share of the cases sent to the desk that somebody looked at.
    ``review.changed``: share of those in which the advice was not followed in the end.
    ``review.override``: share of looks whose answer departs from the advice.
    ``review.waited``: mean rounds from arrival at the desk to an answer.
    """
    group, looked = cases.group[looks.at], looks.reviewer != NOBODY
    sent, of_case, case = np.unique(looks.at, return_index=True, return_inverse=True)
    reached = np.zeros(sent.size, np.bool_)
    np.logical_or.at(reached, case, looked)
    # What was advised: the answer, unless somebody looked and had a reason to depart from it.
    departs = looked & (looks.reason > 0)
    advised = np.where(departs, 1 - looks.action, looks.action)
    changed = (looks.final != advised)[of_case]
    by_case = cases.group[sent]
    return {
        "review.reached": _means(reached, by_case, groups),
        "review.changed": _means(changed[reached], by_case[reached], groups),
        "review.override": _means(departs[looked], group[looked], groups),
        "review.waited": _means(looks.waited[looked], group[looked], groups),
    }


def _means(values: np.ndarray, group: np.ndarray, groups: int) -> Floats:
    size = np.bincount(group, minlength=groups).astype(np.float64)
    total = np.bincount(group, values.astype(np.float64), minlength=groups)
    top, bottom = np.r_[total.sum(), total], np.r_[size.sum(), size]
    return np.divide(top, bottom, out=np.full(bottom.size, np.nan), where=bottom > 0)

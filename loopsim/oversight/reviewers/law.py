"""How a reviewer answers a case: one compiled pass over a folder.

The law of errors is OpenL2D's (Alves et al.): with the evidence u = α·(w·x)/‖w‖, a good case is
refused with probability σ(b_fp + u) and a bad one let through with σ(b_fn − u), so that u is how
suspicious a case looks; the b's are solved so that the rates over some cases are as stated.
x holds quantiles in [−½, ½] of the features a reviewer looks at and, where it is shown, of the
score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, uniform
from loopsim.oversight.base import Codes, Floats, Ints, Team

#: Columns of the dials, (reviewers, 9).
ALPHA, AUTOMATION, ANCHORING, HABIT, CONSISTENCY, FATIGUE, SKILL, ADHERENCE, LEARNING = range(9)
#: What a reviewer's draws are for: repeat k = PURPOSES · reviewer + purpose.
JUDGE, FOLLOW, PERSIST, KEEP, SAME = range(5)
PURPOSES = 8
BLIND, CUED = 0, 1
FALSE_ALARM, MISS = 0, 1
STEPS = 50


@compiled
def sigmoid(x: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-x))


@compiled
def quantile(value: float, knots: Floats) -> float:
    """Where a value stands among ascending knots, from −½ to ½; 0 if it is missing."""
    if np.isnan(value):
        return 0.0
    last = knots.size - 1
    if value <= knots[0] and value >= knots[last]:
        return 0.0  # a constant says nothing
    if value <= knots[0]:
        return -0.5
    if value >= knots[last]:
        return 0.5
    j = np.searchsorted(knots, value, side="right")
    width = knots[j] - knots[j - 1]
    return (j - 1 + (value - knots[j - 1]) / width) / last - 0.5


@compiled
def evidence(
    row: Floats, score: float, cued: bool, weights: Floats, alpha: float, knots: Floats
) -> float:
    """u of one case: α·(w·x)/‖w‖; 0 for somebody who looks at nothing."""
    d = row.size
    dot, norm = 0.0, 0.0
    for j in range(d):
        if weights[j] != 0.0:
            dot += weights[j] * quantile(row[j], knots[j])
            norm += weights[j] ** 2
    if cued and weights[d] != 0.0:
        dot -= weights[d] * quantile(score, knots[d])
        norm += weights[d] ** 2
    return alpha * dot / np.sqrt(norm) if norm > 0.0 else 0.0


@compiled
def solve(
    features: Floats, score: Floats, good: Codes, weights: Floats, bias: Floats, group: Codes,
    alpha: float, rates: Floats, knots: Floats, out: Floats,
) -> None:  # fmt: skip
    """One reviewer's b's, `out[BLIND or CUED, FALSE_ALARM or MISS]`, by bisection."""
    u = np.empty(good.size)
    for shown in range(2):
        for i in range(good.size):
            u[i] = evidence(features[i], score[i], shown == CUED, weights, alpha, knots)
            u[i] += bias[group[i]]
        for error in range(2):
            low, high = -60.0, 60.0
            for _ in range(STEPS):
                b, total, count = (low + high) / 2, 0.0, 0
                for i in range(good.size):
                    if error == FALSE_ALARM and good[i] == 1:
                        total += sigmoid(b + u[i])
                        count += 1
                    elif error == MISS and good[i] == 0:
                        total += sigmoid(b - u[i])
                        count += 1
                mean = total / count if count > 0 else sigmoid(b)
                if mean < rates[error]:
                    low = b
                else:
                    high = b
            out[shown, error] = (low + high) / 2


@compiled
def answers(
    features: Floats, score: Floats, advised: Codes, group: Codes, cued: NDArray[np.bool_],
    good: Codes, hours: Floats, guide: Codes, ids: Ints, reviewer: Team,
    weights: Floats, bias: Floats, base: Floats, dials: Floats, knots: Floats,
    keys: NDArray[np.uint64], action: Codes, reason: Codes,
) -> None:  # fmt: skip
    """Fill `action` and `reason` (1 own judgement, 2 habit, 3 guideline; 0 agrees)."""
    for i in range(ids.size):
        r = reviewer[i]
        dial, key, shown = dials[r], keys[r], CUED if cued[i] else BLIND
        u = evidence(features[i], score[i], cued[i], weights[r], dial[ALPHA], knots)
        u += bias[r, group[i]]
        error = dial[FATIGUE] * hours[i] - dial[SKILL]
        if good[i] == 1:
            suspicion = base[r, shown, FALSE_ALARM] + u + error
        else:
            suspicion = u - base[r, shown, MISS] - error
        if cued[i] and dial[ANCHORING] > 0.0:
            p = min(max(score[i], 1e-6), 1.0 - 1e-6)
            suspicion += dial[ANCHORING] * (np.log(1.0 - p) - np.log(p) - suspicion)
        same = uniform(ids[i], key[SAME, 0], key[SAME, 1]) < dial[CONSISTENCY]
        purpose = SAME + 1 if same else JUDGE
        no = uniform(ids[i], key[purpose, 0], key[purpose, 1]) < sigmoid(suspicion)
        answer, why = 0 if no else 1, 1
        if cued[i]:
            if uniform(ids[i], key[PERSIST, 0], key[PERSIST, 1]) < dial[HABIT]:
                answer, why = 1 - advised[i], 2
            if uniform(ids[i], key[FOLLOW, 0], key[FOLLOW, 1]) < dial[AUTOMATION]:
                answer = advised[i]
        if guide[i] >= 0 and uniform(ids[i], key[KEEP, 0], key[KEEP, 1]) < dial[ADHERENCE]:
            answer, why = guide[i], 3
        action[i] = answer
        reason[i] = 0 if answer == advised[i] else why

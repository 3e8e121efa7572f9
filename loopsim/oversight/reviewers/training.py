"""How reviewers become what they are: dials, and error rates solved on a first day's cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from loopsim.draws import Draws, Stream
from loopsim.oversight.base import Floats, Folder
from loopsim.oversight.reviewers import law

if TYPE_CHECKING:
    from loopsim.oversight.reviewers.settings import Dials

KNOTS = 65
CASES = 4000  # that the rates are solved on


@dataclass(frozen=True)
class Trained:
    """What stays of it.

    Attributes
    ----------
    dials : (r, 9) array, columns as in `law`
    weights : (r, d + 1) array
        Of the features, in the direction of their risk, and of the score.
    base : (r, 2, 2) array
        b by blind or cued, false alarm or miss.
    knots : (d + 1, 65) array
        Quantiles of the features and of the score.
    """

    dials: Floats
    weights: Floats
    base: Floats
    knots: Floats


def train(people: Sequence[Dials], bias: Floats, folder: Folder, draws: Draws) -> Trained:
    """The team, given the cases that it trained with.

    People with the same dials differ where their ``_sd`` says so, by draws keyed to the reviewer.
    """
    folder = folder.take(np.linspace(0, len(folder) - 1, min(CASES, len(folder))).astype(np.int64))
    knots = np.stack([_knots(x) for x in (*folder.features.T, folder.score)])
    dials, weights = _dials(people, draws), _weights(people, _risk(folder, knots), draws)
    base = np.empty((len(people), 2, 2))
    features, score = np.ascontiguousarray(folder.features), np.ascontiguousarray(folder.score)
    for r, rates in enumerate(_rates(people, draws)):
        law.solve(
            features, score, folder.good, weights[r], bias[r], folder.group, dials[r, law.ALPHA],
            rates, knots, base[r],
        )  # fmt: skip
    return Trained(dials, weights, base, knots)


def _normal(people: Sequence[Dials], draws: Draws, k: int) -> Floats:
    """(r,) a normal of each reviewer, before any round."""
    return draws.normal(Stream.REVIEW, -2, np.arange(len(people)), k=k)


def _dials(people: Sequence[Dials], draws: Draws) -> Floats:
    dials = np.zeros((len(people), 9))
    alpha = np.array([(p.alpha, p.alpha_sd) for p in people])
    dials[:, law.ALPHA] = np.maximum(alpha[:, 0] + alpha[:, 1] * _normal(people, draws, 0), 0.0)
    names = {
        law.ANCHORING: "anchoring",
        law.HABIT: "habit",
        law.CONSISTENCY: "consistency",
        law.FATIGUE: "fatigue",
        law.ADHERENCE: "adherence",
        law.LEARNING: "learning",
    }
    for column, name in names.items():
        dials[:, column] = [getattr(p, name) for p in people]
    return dials


def _rates(people: Sequence[Dials], draws: Draws) -> Floats:
    """(r, 2) the false alarms and misses that each is known for."""
    mean = logit(np.array([(p.false_alarm, p.miss) for p in people]))
    skill = np.array([p.skill_sd for p in people]) * _normal(people, draws, 1)
    strict = np.array([p.strictness_sd for p in people]) * _normal(people, draws, 2)
    rates: Floats = expit(mean + np.stack([skill + strict, skill - strict], axis=1))
    return rates


def _weights(people: Sequence[Dials], risk: Floats, draws: Draws) -> Floats:
    """(r, d + 1): a few features each, picked by keyed draws, and the score."""
    weights = np.zeros((len(people), risk.size + 1))
    for r, p in enumerate(people):
        me = np.array([r])
        u = [draws.uniform(Stream.REVIEW, -2, me, k=100 + j)[0] for j in range(risk.size)]
        own = [draws.normal(Stream.REVIEW, -2, me, k=1100 + j)[0] for j in range(risk.size + 1)]
        known = np.where(risk == 0.0, 2.0, u)  # nobody looks at what has nothing to say
        looked = np.argsort(known, kind="stable")[: min(p.attention, int((risk != 0).sum()))]
        mean = p.feature_weight * risk[looked]
        weights[r, looked] = mean + p.weight_sd * np.array(own)[looked]
        weights[r, -1] = max(p.score_weight + p.weight_sd * own[-1], 0.0) * (p.score_weight > 0)
    return weights


def _risk(folder: Folder, knots: Floats) -> Floats:
    """(d,) 1 where more of a feature goes with bad outcomes, −1 where with good, 0 for neither."""
    sign = np.zeros(folder.features.shape[1])
    bad = 1.0 - folder.good
    for j in range(sign.size):
        known = ~np.isnan(folder.features[:, j])
        x = np.searchsorted(knots[j], folder.features[known, j])
        sign[j] = np.sign(np.round(((x - x.mean()) * bad[known]).sum(), 9)) if known.any() else 0.0
    return sign


def _knots(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.zeros(KNOTS)
    return np.quantile(known, np.linspace(0.0, 1.0, KNOTS))

"""Confidence-based estimates against integrals, against what happened, and where they are blind."""

import numpy as np
import pytest
from shown import cases, labels

from loopsim.features import Schema
from loopsim.monitoring.estimates.cbpe import calibrated, expected
from loopsim.registry import find

BINS = 1024
AT = (np.arange(BINS) + 0.5) / BINS


def made(**settings):
    kind = find("monitor", "cbpe").model_validate({"kind": "cbpe", **settings})
    return kind.build(Schema(("income",)))


def uniform_scores(at):
    """Decisions with evenly spread scores, yes above a threshold."""
    return np.stack([at > AT, at <= AT]).astype(float)


@pytest.mark.parametrize("at", [0.25, 0.5, 0.75])
def test_the_estimates_are_the_integrals_of_a_calibrated_score(at):
    found = expected(uniform_scores(at), AT)
    yes, good = 1 - at, 0.5
    true_positive = (1 - at**2) / 2  # ∫ p from the threshold to 1
    assert found["precision"] == pytest.approx(true_positive / yes)
    assert found["recall"] == pytest.approx(true_positive / good)
    true_negative = at - at**2 / 2
    assert found["accuracy"] == pytest.approx(true_positive + true_negative)
    assert found["auc"] == pytest.approx(5 / 6, abs=1e-3)  # ∫∫ p(1 − q)[p > q] over 1/4
    assert found["brier"] == pytest.approx(1 / 6, abs=1e-6)  # ∫ p(1 − p)


def test_the_estimates_are_of_the_true_chance_and_not_of_the_score():
    found = expected(uniform_scores(0.5), AT**2)  # a score that is too sure of the good
    assert found["precision"] == pytest.approx((7 / 24) / 0.5, abs=1e-5)  # ∫ p² above a half
    assert found["accuracy"] == pytest.approx(7 / 24 + 0.5 - 1 / 24, abs=1e-5)


def test_calibration_is_isotonic_and_goes_on_beyond_what_it_knows():
    bad, good = np.zeros(BINS), np.zeros(BINS)
    bad[[100, 200, 300]], good[[100, 200, 300]] = [8, 4, 6], [2, 6, 4]
    chance = calibrated(bad, good)
    assert chance[:101] == pytest.approx(0.2)
    assert chance[200] == chance[300] == pytest.approx(0.5)  # pooled: 10 good of 20
    assert (np.diff(chance) >= 0).all() and chance[-1] == pytest.approx(0.5)


def world(t, n=20_000, shift=0.0, hidden=0.0, seed=0):
    """Scores that are off by a power, and outcomes; `shift` moves cases, `hidden` the outcome."""
    rng = np.random.default_rng(1000 * seed + t)
    x = rng.normal(shift, 1.5, n)
    chance = 1 / (1 + np.exp(-x - hidden))
    score = (1 / (1 + np.exp(-x))) ** 2
    of = cases(t, x[:, None], score, score >= 0.25)
    return of, (rng.random(n) < chance).astype(np.int8)


def accuracy(of, label):
    return (of.actions == label).mean()


def watched(monitor, of):
    monitor.see_cases(of.round, of)
    return monitor.read(of.round + 1)


def fitted(**settings):
    monitor = made(**settings)
    of, label = world(0, seed=5)
    monitor.refer(of.features, of.scores, label)
    return monitor


def test_it_follows_cases_that_move():
    monitor, of = fitted(), None
    for t, shift in enumerate((0.0, -1.0, 1.5)):
        of, label = world(t, shift=shift)
        found = watched(monitor, of).values
        assert found["cbpe.accuracy"] == pytest.approx(accuracy(of, label), abs=0.012)
        right = label[of.actions == 1].mean()
        assert found["cbpe.precision"] == pytest.approx(right, abs=0.012)


def test_it_is_blind_to_hidden_concept_drift():
    monitor = fitted()
    (of, label), (then, later) = world(0), world(1, hidden=-4.0)
    before, after = watched(monitor, of), watched(monitor, then)
    assert accuracy(then, later) < accuracy(of, label) - 0.1
    assert after.values["cbpe.accuracy"] == pytest.approx(before.values["cbpe.accuracy"], abs=0.01)
    assert not after.alarm


def test_calibrated_on_labels_it_learns_of_the_drift_as_they_come():
    monitor = made(calibrate="labels", minimum=1000)
    of, label = world(0, hidden=-4.0)
    assert np.isnan(watched(monitor, of).values["cbpe.accuracy"])
    monitor.see_labels(1, labels(of, label, kind=1))
    assert np.isnan(watched(monitor, of).values["cbpe.accuracy"])
    monitor.see_labels(1, labels(of, label))
    assert watched(monitor, of).values["cbpe.accuracy"] == pytest.approx(
        accuracy(of, label), abs=0.012
    )


def test_a_fall_alarms_once_it_is_large_enough():
    monitor = fitted(metric="precision", drop=0.05)
    alarms = [watched(monitor, world(t, shift=-t / 2)[0]).alarm for t in range(6)]
    assert not alarms[0] and alarms[-1].startswith("estimated precision is 0.")


def test_too_few_labels_calibrate_nothing():
    monitor = made(minimum=200)
    of, label = world(0)
    monitor.refer(of.features[:199], of.scores[:199], label[:199])
    assert np.isnan(watched(monitor, of).values["cbpe.accuracy"])

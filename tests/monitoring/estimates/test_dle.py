"""Direct loss estimates against losses that are known, and where they are blind."""

import numpy as np
import pytest
from shown import cases

from loopsim.features import Schema
from loopsim.registry import find


def made(**settings):
    kind = find("monitor", "dle").model_validate({"kind": "dle", **settings})
    return kind.build(Schema(("income", "debt")))


def world(t, n=6000, share=0.5, hidden=0.0):
    """A score that is right for those of low debt; it knows nothing of the `share` of high debt."""
    rng = np.random.default_rng(t)
    x, high = rng.normal(size=n), rng.random(n) < share
    score = 1 / (1 + np.exp(-2 * x))
    chance = np.where(high, 0.5, 1 / (1 + np.exp(-2 * x - hidden)))
    label = (rng.random(n) < chance).astype(np.int8)
    features = np.c_[x, np.where(high, 1.0, 0.0)]
    return cases(t, features, score), label, (chance * (1 - score) ** 2 + (1 - chance) * score**2)


def fitted(**settings):
    monitor = made(**settings)
    of, label, _ = world(77)
    monitor.refer(of.features, of.scores, label)
    return monitor


def watched(monitor, of):
    monitor.see_cases(of.round, of)
    return monitor.read(of.round + 1)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_it_follows_cases_that_move_to_where_the_model_is_bad(share):
    of, _, loss = world(1, share=share)
    assert watched(fitted(), of).values["dle.brier"] == pytest.approx(loss.mean(), abs=0.015)


def test_it_is_blind_to_hidden_concept_drift():
    monitor = fitted()
    (of, _, loss), (then, _, later) = world(1, share=0.0), world(2, share=0.0, hidden=-4.0)
    before, after = watched(monitor, of), watched(monitor, then)
    assert later.mean() > loss.mean() + 0.1
    assert after.values["dle.brier"] == pytest.approx(before.values["dle.brier"], abs=0.01)
    assert not after.alarm


def test_a_rise_alarms():
    monitor = fitted(rise=0.03)
    assert not watched(monitor, world(1, share=0.2)[0]).alarm
    assert watched(monitor, world(2, share=0.9)[0]).alarm.startswith("estimated Brier score is")


def test_it_is_unknown_without_rows_to_learn_from_or_cases():
    monitor = made(minimum=200)
    of, label, _ = world(0)
    monitor.refer(of.features[:199], of.scores[:199], label[:199])
    assert np.isnan(watched(monitor, of).values["dle.brier"])
    assert np.isnan(watched(fitted(), world(1, n=0)[0]).values["dle.brier"])


def test_rows_whose_outcome_is_unknown_teach_nothing():
    monitor, (of, label, _) = made(), world(0)
    label[:] = 2
    monitor.refer(of.features, of.scores, label)
    assert np.isnan(watched(monitor, of).values["dle.brier"])

"""A stream monitor is river's detector, fed with what came, and can be taken up again."""

import numpy as np
import pytest
from river.drift import ADWIN, KSWIN, PageHinkley
from river.drift.binary import DDM
from shown import cases, labels, nothing

from loopsim.errors import ScenarioError
from loopsim.features import Schema
from loopsim.monitoring.sample import sample
from loopsim.monitoring.streams.monitor import StreamMonitor
from loopsim.registry import find
from loopsim.scenario import Scenario

DETECTORS = {
    "adwin": ({"delta": 0.002}, lambda: ADWIN(delta=0.002)),
    "ddm": ({}, DDM),
    "page-hinkley": ({"threshold": 20}, lambda: PageHinkley(threshold=20)),
    "kswin": (
        {"on": "error", "budget": 100, "sample": 50},
        lambda: KSWIN(alpha=1 / 50, window_size=100, stat_size=30, seed=0),
    ),
}
SIZE, CHANGE = 50, 15


def made(kind, **settings):
    settings = {"kind": kind, "sample": SIZE, **settings}
    return find("monitor", kind).model_validate(settings).build(Schema(("income",)))


def decided(t, n=SIZE):
    return cases(t, np.zeros((n, 1)), np.full(n, 0.7))


def outcomes(t):
    """A tenth is wrong, from a round on a third."""
    rate = 0.1 if t < CHANGE else 0.33
    return (np.random.default_rng(t).random(SIZE) >= rate).astype(np.int8)


def stream(rounds):
    """The errors in the order in which they are fed."""
    order = [sample(decided(t).prediction_id, SIZE) for t in range(rounds)]
    return np.concatenate([1 - outcomes(t)[order[t]] for t in range(rounds)])


def alarmed(monitor, rounds):
    out = []
    for t in range(rounds):
        monitor.see_labels(t + 1, labels(decided(t), outcomes(t)))
        out.append(bool(monitor.read(t + 1).alarm))
    return out


@pytest.mark.parametrize("kind", DETECTORS)
def test_it_is_alarmed_when_rivers_detector_is(kind):
    settings, reference = DETECTORS[kind]
    detector, expected = reference(), []
    for round_ in stream(40).reshape(40, SIZE):
        hits = []
        for value in round_:
            detector.update(float(value))
            hits.append(detector.drift_detected)
        expected.append(any(hits))
    found = alarmed(made(kind, **settings), 40)
    assert found == expected and any(expected[CHANGE:])


def test_the_figure_is_the_rounds_mean_and_the_alarm_says_what_it_was():
    monitor = made("adwin")
    seen = []
    for t in range(40):
        monitor.see_labels(t + 1, labels(decided(t), outcomes(t)))
        reading = monitor.read(t + 1)
        assert reading.values["adwin"] == pytest.approx(1 - outcomes(t).mean())
        seen += [reading.alarm] if reading.alarm else []
    assert seen[0].startswith("the mean error is 0.") and "before it was 0.1" in seen[0]
    assert np.isnan(monitor.read(41).values["adwin"])


def test_loss_is_the_squared_distance_and_score_is_of_every_case():
    loss, score = made("adwin", on="loss"), made("adwin", on="score")
    of = cases(0, np.zeros((4, 1)), [0.1, 0.2, 0.8, 0.9])
    loss.see_labels(1, labels(of, [0, 1, 1, 1]))
    score.see_cases(0, of)
    by_hand = np.mean([0.01, 0.64, 0.04, 0.01])
    assert loss.read(1).values["adwin"] == pytest.approx(by_hand)
    assert score.read(1).values["adwin"] == 0.5


def test_other_feedback_and_labels_of_an_earlier_version_are_no_part_of_the_stream():
    monitor = made("adwin")
    for t in range(6):
        monitor.see_labels(t, nothing())
        monitor.read(t)
    monitor.refer(np.zeros((1, 1)), np.zeros(1), np.ones(1, np.int8))  # goes live in round 5
    monitor.see_labels(6, labels(decided(4), outcomes(4)))
    monitor.see_labels(6, labels(decided(5), outcomes(5), kind=1))
    assert monitor.state()["fed"].size == 0
    monitor.see_labels(6, labels(decided(5), outcomes(5)))
    assert monitor.state()["fed"].size == SIZE


@pytest.mark.parametrize("kind", DETECTORS)
def test_what_it_keeps_is_bounded_and_taken_up_again_it_goes_on_alike(kind):
    settings = {**DETECTORS[kind][0], "memory": 1000}
    one, other = made(kind, **settings), made(kind, **settings)
    went_on = []
    for t in range(60):
        if t % 7 == 3:
            other = made(kind, **settings)
            other.restore({name: value.copy() for name, value in one.state().items()})
        batch = labels(decided(t), outcomes(t % 30))
        one.see_labels(t + 1, batch)
        other.see_labels(t + 1, batch)
        a, b = one.read(t + 1), other.read(t + 1)
        assert a.alarm == b.alarm and a.values == b.values
        went_on.append(bool(a.alarm))
        assert one.state()["fed"].size <= 1000
    assert any(went_on)


def test_in_a_large_round_some_are_picked_and_fed_in_the_order_of_their_hashes():
    fed = []

    class Notes:
        drift_detected = False

        def update(self, value):
            fed.append(value)

    monitor = StreamMonitor("notes", Notes, "score", 20)
    of = cases(0, np.zeros((5000, 1)), np.arange(5000) / 5000)
    monitor.see_cases(0, of)
    assert fed == [of.scores[i] for i in sample(of.prediction_id, 20)]


def test_a_window_that_cannot_hold_two_samples_is_refused():
    with pytest.raises(ScenarioError, match=r"window.*at least 2 · newest = 120"):
        Scenario.parse({
            "name": "x", "environment": "lending", "monitors": [{"kind": "kswin", "newest": 60}],
        })  # fmt: skip

"""Alarms scored by hand against a scenario that is known."""

import math

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.errors import InputError
from loopsim.monitoring.detection import alarms, detections, false_alarms

ECONOMY = {"set": "environment.economy", "to": -1.0, "why": "recession"}


def plan(shocks, rounds=40, monitors=("missing", "ks")):
    return loopsim.Scenario.parse({
        "name": "known", "rounds": rounds, "environment": "lending",
        "monitors": list(monitors), "shocks": shocks,
    })  # fmt: skip


def said(**rounds):
    return [
        {"kind": "alarm", "round": t, "reason": f"{name}: why: really"}
        for name, when in rounds.items()
        for t in when
    ]


def frame(values, metric="profit", ledger="true"):
    rounds = np.arange(len(values))
    return pd.DataFrame(
        {"round": rounds, "ledger": ledger, "metric": metric, "group": "all", "value": values}
    )


FALLS = frame(np.where(np.arange(40) < 20, 0.05, 0.02))


def test_delay_and_harm_by_hand():
    scenario = plan([{"at": 20, **ECONOMY}])
    first, second = detections(said(ks=[12, 26, 30]), scenario, FALLS)
    assert (second.monitor, second.at, second.change) == ("ks", 20, "recession")
    assert (second.noticed, second.delay) == (26, 6.0)
    assert second.harm == pytest.approx(6 * 0.03)  # rounds 20 to 25
    assert first.noticed is None and math.isnan(first.delay)
    assert first.harm == pytest.approx(20 * 0.03)  # to the end


def test_an_alarm_of_the_round_of_the_change_has_seen_only_what_was_before():
    scenario = plan([{"at": 20, **ECONOMY}])
    found = detections(said(ks=[20]), scenario, FALLS)[1]
    assert found.noticed is None
    assert [f.alarms for f in false_alarms(said(ks=[20]), scenario)] == [0, 1]


def test_false_alarms_are_counted_over_quiet_rounds():
    events = said(ks=[3, 4, 20, 21, 39], missing=[35])
    nothing = false_alarms(events, plan([]))
    assert [(f.alarms, f.rounds, f.per_hundred) for f in nothing] == [(1, 40, 2.5), (5, 40, 12.5)]
    shocked = false_alarms(events, plan([{"at": 20, **ECONOMY}]))
    assert [(f.alarms, f.rounds) for f in shocked] == [(0, 21), (3, 21)]
    bounded = false_alarms(events, plan([{"at": 20, "over": 3, **ECONOMY}]), horizon=5)
    assert [(f.alarms, f.rounds) for f in bounded] == [(1, 33), (4, 33)]  # 21 to 27 are not quiet


def test_an_alarm_answers_the_last_change_before_it():
    shocks = [{"at": 10, **ECONOMY}, {"at": 20, "set": "environment.economy", "to": 0.0}]
    found = [d for d in detections(said(ks=[20, 24]), plan(shocks), FALLS) if d.monitor == "ks"]
    assert [(d.at, d.noticed) for d in found] == [(10, 20), (20, 24)]
    assert found[1].change == "environment.economy to 0.0"


def test_beyond_the_horizon_a_change_is_missed():
    scenario = plan([{"at": 20, **ECONOMY}])
    assert detections(said(ks=[30]), scenario, FALLS, horizon=10)[1].noticed == 30
    missed = detections(said(ks=[30]), scenario, FALLS, horizon=9)[1]
    assert missed.noticed is None and missed.harm == pytest.approx(10 * 0.03)


def test_more_of_a_loss_is_harm():
    rises = frame(np.where(np.arange(40) < 20, 0.1, 0.15), "brier")
    scenario = plan([{"at": 20, **ECONOMY}])
    assert detections(said(ks=[22]), scenario, rises, "brier")[1].harm == pytest.approx(0.1)


def test_changes_of_one_round_are_one():
    pipeline = {
        "at": 20,
        "set": "environment.pipeline",
        "to": [{"feature": "score", "blank": True}],
        "why": "fault",
    }
    scenario = plan([{"at": 20, **ECONOMY}, pipeline])
    assert {d.change for d in detections([], scenario, FALLS)} == {"recession, fault"}


def test_a_change_in_round_0_has_no_before():
    assert math.isnan(detections([], plan([{"at": 0, **ECONOMY}]), FALLS)[0].harm)


def test_a_metric_that_there_is_not_names_what_there_is():
    with pytest.raises(KeyError, match="no true metric 'proft'; there is only profit"):
        detections([], plan([]), FALLS, "proft")


def test_monitors_without_alarms_are_there_by_the_names_they_go_by():
    monitors = ["missing", {"kind": "ks", "of": "scores"}, {"kind": "ks", "name": "mine"}]
    assert list(alarms([], plan([], monitors=monitors))) == ["missing", "ks.scores", "mine"]


def test_two_monitors_of_one_name_are_refused_before_anything_runs():
    with pytest.raises(InputError, match=r"monitors\.1\.name: two monitors are called 'ks'"):
        plan([], monitors=["ks", {"kind": "ks", "against": "start"}])

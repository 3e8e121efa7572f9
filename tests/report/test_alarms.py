"""The alarms of a run in words."""

import numpy as np
import pandas as pd

import loopsim
from loopsim.report import alarms

SHOCK = {"at": 20, "set": "environment.economy", "to": -1.0, "why": "recession"}


def plan(**sections):
    base = {"name": "x", "rounds": 40, "environment": "lending", "monitors": ["ks", "ddm"]}
    return loopsim.Scenario.parse({**base, **sections})


def metrics():
    values = np.where(np.arange(40) < 20, 0.05, 0.02)
    return pd.DataFrame({
        "round": np.arange(40), "ledger": "true", "metric": "profit", "group": "all",
        "value": values,
    })  # fmt: skip


def test_each_monitor_has_a_row():
    events = [{"kind": "alarm", "round": t, "reason": "ddm: errors"} for t in (5, 24)]
    assert alarms.rows(events, plan(shocks=[SHOCK]), metrics()) == [
        {
            "monitor": "ks",
            "noticed": "recession (round 20): not noticed, profit lost 0.6",
            "false": "0 in 21 quiet rounds, 0.0 a hundred",
        },
        {
            "monitor": "ddm",
            "noticed": "recession (round 20): after 4 rounds, profit lost by then 0.12",
            "false": "1 in 21 quiet rounds, 4.8 a hundred",
        },
    ]


def test_where_nothing_happened_there_is_nothing_to_notice():
    assert {row["noticed"] for row in alarms.rows([], plan(), metrics())} == {"nothing happened"}


def test_a_run_without_monitors_has_no_rows():
    assert alarms.rows([], plan(monitors=[]), metrics()) == []


def test_a_finished_run_is_read(tmp_path):
    scenario = plan(
        rounds=6, environment={"kind": "lending", "people": 500}, monitors=["missing", "ks"]
    )
    run = loopsim.run(scenario, out=tmp_path / "run")
    assert [row["monitor"] for row in alarms.of(run)] == ["missing", "ks"]

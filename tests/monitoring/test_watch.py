"""Monitors within a run: what they read is shown, what alarms them is an event."""

import re

import numpy as np

import loopsim


def plan(**sections):
    base = {
        "name": "watched",
        "rounds": 8,
        "environment": {"kind": "lending", "people": 2000, "apply": 0.5},
        "training": {"rule": {"kind": "every", "rounds": 4}, "history": {"rows": 500}},
        "monitors": ["missing"],
        "shocks": [
            {
                "at": 5,
                "set": "environment.pipeline",
                "to": [{"feature": "score", "blank": True, "share": 0.3}],
            }
        ],
        "model": "gradient-boosting",
    }
    return loopsim.Scenario.parse(base | sections)


def test_a_fault_of_the_pipeline_is_noticed_in_the_round_after():
    sim = loopsim.Simulation(plan()).run()
    alarms = [e for e in sim.events if e["kind"] == "alarm"]
    assert [e["round"] for e in alarms] == [6, 7]
    assert re.match(r"missing: score is missing in [23]\d% of the cases", alarms[0]["reason"])
    values = sim.series.values("observed", "missing")
    assert np.isnan(values[0]) and (values[1:6] == 0).all() and abs(values[7] - 0.3) < 0.05


def test_a_monitor_moves_nothing_in_the_world():
    watched, alone = (loopsim.Simulation(plan(monitors=m)).run() for m in (["missing"], []))
    for key, values in alone.state().items():
        if key.split(".")[0] in ("people", "memory", "log"):
            np.testing.assert_array_equal(values, watched.state()[key], err_msg=key)


def test_a_run_taken_up_again_is_watched_as_before(tmp_path):
    loopsim.run(plan(), out=tmp_path / "run")
    state = loopsim.Simulation(plan()).run(6).state()
    again = loopsim.Simulation.restored(plan(), state, tmp_path / "run" / "models").run()
    assert again.events == loopsim.Simulation(plan()).run().events

"""The scenarios of retraining show what they say, on a seed."""

from pathlib import Path

import pytest

import loopsim

FOLDER = Path(__file__).parents[3] / "scenarios" / "retraining"


def load(name, **changes):
    return loopsim.Scenario.load(FOLDER / f"{name}.yaml", changes)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_lesson_runs(file):
    assert loopsim.Simulation(loopsim.Scenario.load(file)).run(3).t == 3


def test_the_shadow_keeps_the_bad_challengers_out_and_lets_a_good_one_in():
    sim = loopsim.Simulation(load("gate_keeps_bad")).run(32)
    ends = {e["round"]: e["kind"] for e in sim.events if e["kind"] in ("kept", "retrained")}
    assert (ends[23], ends[27], ends[31]) == ("kept", "retrained", "kept")


def test_drift_triggers_half_of_the_refits():
    sims = [loopsim.Simulation(load(name)).run() for name in ("scheduled", "on_drift")]
    calendar, drift = (len(sim.versions) - 1 for sim in sims)
    assert calendar == 11 and drift <= 7

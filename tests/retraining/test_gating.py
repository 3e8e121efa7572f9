"""What happens between a fit and the live cases."""

from typing import Literal

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.models.estimator import EstimatorModel
from loopsim.retraining.gate import Verdict
from loopsim.retraining.gating import held_out
from loopsim.settings import Kind


class Scripted:
    """Waits some rounds, then says what it was told to say."""

    def __init__(self, wait, answer):
        self.wait, self.answer, self.trials = wait, answer, []

    def admit(self, trial):
        self.trials.append(trial)
        if trial.t - trial.since < self.wait:
            return Verdict("wait", "not yet")
        return Verdict(self.answer, "as told")


class ScriptedGate(Kind):
    kind: Literal["scripted"] = "scripted"
    wait: int = 0
    answer: Literal["admit", "refuse"] = "admit"

    def build(self):
        return Scripted(self.wait, self.answer)


registry.add("gate", ScriptedGate)


def plan(every=3, **training):
    return loopsim.Scenario.parse(
        {
            "name": "gated",
            "rounds": 10,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {
                "rule": {"kind": "every", "rounds": every},
                "history": {"rows": 300},
                **training,
            },
        }
    )


def happened(sim):
    return [(e["round"], e["kind"]) for e in sim.events]


def test_a_refused_candidate_leaves_the_champion():
    sim = loopsim.Simulation(plan(gate={"kind": "scripted", "answer": "refuse"})).run()
    assert happened(sim) == [(0, "retrained"), (3, "kept"), (6, "kept"), (9, "kept")]
    assert sim.version == 1 and "as told" in sim.events[1]["reason"]


def test_a_candidate_that_waits_goes_live_later():
    sim = loopsim.Simulation(plan(gate={"kind": "scripted", "wait": 2})).run()
    assert happened(sim)[1:3] == [(3, "waiting"), (5, "retrained")]
    assert [v.round for v in sim.versions] == [0, 5, 8]


def test_a_candidate_that_still_waits_is_superseded_by_the_next():
    sim = loopsim.Simulation(plan(gate={"kind": "scripted", "wait": 5})).run()
    assert happened(sim)[1:4] == [(3, "waiting"), (6, "kept"), (6, "waiting")]
    assert "newer candidate" in sim.events[2]["reason"]


def test_the_gate_judges_by_what_the_log_has():
    sim = loopsim.Simulation(plan(gate={"kind": "scripted", "wait": 2}, holdout=0.3)).run()
    for trial in sim.gate.trials:
        assert (trial.rows.due <= trial.t).all() and set(trial.rows.label.tolist()) <= {0, 1}
        old = trial.rows.opened < trial.since
        assert trial.held[~old].all()
        assert trial.held[old].mean() == pytest.approx(0.3, abs=0.08)
    assert trial.challenger is not trial.champion


def test_no_fit_reads_a_row_that_is_held_out(monkeypatch):
    sizes, fit = [], EstimatorModel.fit
    monkeypatch.setattr(
        EstimatorModel, "fit", lambda self, x, *rest: sizes.append(len(x)) or fit(self, x, *rest)
    )
    sim = loopsim.Simulation(plan(holdout=0.3)).run()
    rows = sim.memory.known(9)
    for size, t in zip(sizes[1:], (3, 6, 9), strict=True):
        known = rows.take(rows.due <= t)
        assert size == len(known) - held_out(known, 0.3).sum() < len(known)


def test_a_run_goes_on_with_the_candidate_that_waited(tmp_path):
    scenario = plan(gate={"kind": "scripted", "wait": 2})
    loopsim.run(scenario, out=tmp_path / "run")
    models = tmp_path / "run" / "models"
    state = loopsim.Simulation(scenario).run(4).state()
    again = loopsim.Simulation.restored(scenario, state, models)
    assert again.pending.since == 3
    again.run()
    straight = loopsim.Simulation(scenario).run()
    assert happened(again) == happened(straight)
    for key, values in straight.state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)

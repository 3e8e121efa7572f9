"""Each gate against a case worked out by hand, and in whole runs."""

from dataclasses import replace

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Money
from loopsim.errors import PluginError, ScenarioError
from loopsim.retraining.gate import NoGate, Trial, Verdict
from loopsim.retraining.gates.judges import (
    BetterGate,
    CalibrationGate,
    ShadowGate,
    SubgroupGate,
)
from loopsim.retraining.gates.people import AllGate, ApprovalGate
from loopsim.testing.rules import Slope, check_gate, trial_rows

DULL, SHARP = Slope(0.2), Slope(1.5)  # the rows' law has slope 1.5


class Constant:
    def __init__(self, score):
        self.value = score

    def score(self, features):
        return np.full(len(features), self.value)


def trial(champion=DULL, challenger=SHARP, t=9, since=9, seed=5, rows=None, held=None):
    rows = trial_rows() if rows is None else rows
    held = rows.priority < 0.4 if held is None else held
    return Trial(t, since, champion, challenger, rows, held, ("a", "b"), Draws(seed), Money())


def answer(gate, *args, **more):
    return gate.admit(trial(*args, **more)).answer


def test_a_surely_better_challenger_is_admitted_and_a_surely_worse_one_refused():
    for metric in ("auc", "brier"):
        gate = BetterGate(metric, unsure="wait")
        flipped = Slope(-1.5)
        assert answer(gate, flipped, SHARP) == "admit"
        assert answer(gate, SHARP, flipped) == "refuse"


@pytest.mark.parametrize("unsure", ["refuse", "admit", "wait"])
def test_equal_models_cannot_be_told_apart_and_few_rows_cannot_tell(unsure):
    gate = BetterGate("brier", minimum=200, unsure=unsure)
    close = gate.admit(trial(SHARP, Slope(1.45)))
    assert close.answer == unsure and "cannot tell" in close.why
    few = gate.admit(trial(held=np.arange(900) < 199))
    assert few.answer == unsure and "cannot tell from 199 rows" in few.why


def test_the_margin_is_what_the_whole_interval_must_be_above():
    # 400 rows, all good. Champion .5, challenger .6: every row leads by .25 − .16 = .09, error 0.
    rows = trial_rows(400)
    rows.label[:] = 1
    asked = trial(Constant(0.5), Constant(0.6), rows=rows, held=np.ones(400, dtype=bool))
    said = [BetterGate("brier", margin).admit(asked).answer for margin in (0.08, 0.1, -0.1)]
    assert said == ["admit", "refuse", "admit"]


def test_only_held_rows_are_judged_by():
    rows = trial_rows()
    rows.label[rows.priority >= 0.4] = 0  # what is not held would speak for the pessimist
    gate = BetterGate("brier")
    assert answer(gate, Constant(0.05), SHARP, rows=rows) == "admit"


def test_a_group_that_is_worse_off_keeps_a_candidate_out():
    rows = trial_rows()
    rows.label[:] = rows.group  # a: all bad, b: all good
    asked = trial(Constant(0.5), Constant(0.6), rows=rows)
    # Group a loses .36 − .25 = .11 in every row, and b gains .09.
    said = SubgroupGate("brier", worse=0.1).admit(asked)
    assert said.answer == "refuse" and said.why.startswith("a would be worse off: -0.1100")
    assert SubgroupGate("brier", worse=0.12).admit(asked).answer == "admit"


def test_a_group_of_too_few_rows_is_named_and_stands_in_nobodys_way():
    rows = trial_rows()
    rows.group[:] = np.where(np.arange(900) < 50, 0, 1)
    said = SubgroupGate("brier", worse=0.0, minimum=100).admit(trial(rows=rows))
    assert said.answer == "admit" and "too few rows to tell of a" in said.why


def test_the_calibration_gate_knows_a_score_that_is_off():
    rows = trial_rows()
    rows.label[:] = np.arange(900) % 2  # half are good
    held = np.ones(900, dtype=bool)
    gate = CalibrationGate(above=0.1, minimum=500)
    assert answer(gate, DULL, Constant(0.55), rows=rows, held=held) == "admit"
    assert answer(gate, DULL, Constant(0.75), rows=rows, held=held) == "refuse"
    assert answer(CalibrationGate(0.1, 901), DULL, Constant(0.5), rows=rows, held=held) == "refuse"


def test_the_shadow_waits_and_then_judges_by_what_opened_since():
    seen = []

    class Looking:
        def admit(self, trial):
            seen.append(trial.held)
            return Verdict("admit")

    gate = ShadowGate(3, Looking())
    assert [answer(gate, t=t, since=6) for t in (6, 7, 8)] == ["wait"] * 3 and not seen
    assert answer(gate, t=9, since=6) == "admit"
    assert (seen[0] == (trial_rows().opened >= 6)).all()


def test_an_approver_takes_time_and_errs_as_often_as_said():
    gate = ApprovalGate(2, rejects_good=0.3, passes_bad=0.1, gate=BetterGate("brier"))
    assert answer(gate, t=7, since=6) == "wait"
    good = [answer(gate, t=8, since=6, seed=s) for s in range(400)]
    bad = [answer(gate, SHARP, Slope(-1.0), t=8, since=6, seed=s) for s in range(400)]
    assert good.count("refuse") / 400 == pytest.approx(0.3, abs=0.09)  # 4 standard errors
    assert bad.count("admit") / 400 == pytest.approx(0.1, abs=0.06)


def test_the_approvers_draw_is_one_for_a_candidate_and_nobody_elses():
    u = Draws(5).uniform(Stream.REVIEW, 6, np.array([-1]))[0]
    for errs in (u - 1e-9, u + 1e-9):
        gate = ApprovalGate(0, errs, 0.0, NoGate())
        said = {answer(gate, t=t, since=6) for t in (6, 7, 11)}
        assert said == ({"refuse"} if u < errs else {"admit"})


def test_an_approver_waits_for_evidence_that_is_not_there():
    gate = ApprovalGate(0, 0.5, 0.5, BetterGate("brier", minimum=10_000, unsure="wait"))
    assert answer(gate) == "wait"


@pytest.mark.parametrize(
    ("answers", "together"),
    [
        ("admit admit", "admit"),
        ("admit wait", "wait"),
        ("wait refuse", "refuse"),
        ("refuse admit", "refuse"),
    ],
)
def test_one_refusal_refuses_and_one_wait_waits(answers, together):
    class Says:
        def __init__(self, answer):
            self.said = Verdict(answer, f"I say {answer}")

        def admit(self, trial):
            return self.said

    verdict = AllGate(tuple(map(Says, answers.split()))).admit(trial())
    assert verdict.answer == together and f"I say {together}" in verdict.why


SETTINGS = {
    "none": {},
    "better": {},
    "shadow": {"rounds": 2},
    "subgroups": {},
    "calibration": {},
    "canary": {"rounds": 2},
    "approval": {"gate": "better"},
    "all": {"gates": ["better", {"kind": "subgroups", "metric": "auc"}]},
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_gate_keeps_to_the_interface(kind):
    check_gate(registry.find("gate", kind)(**SETTINGS[kind]).build())


def test_every_gate_is_looked_at():
    assert set(registry.BUILT_IN["gate"]) == {*SETTINGS, "file"}


# Whole runs.

WORLD = {
    "name": "gated",
    "rounds": 14,
    "environment": {"kind": "lending", "people": 4000, "apply": 0.5},
    "policy": "everyone",
    "training": {
        "rule": {"kind": "every", "rounds": 2},
        "window": {"kind": "sliding", "rounds": 2},
        "history": {"rows": 3000},
        "holdout": 0.3,
    },
}
CLOSE = {"kind": "better", "metric": "brier", "margin": -0.005}


def events(scenario, kind):
    return [e for e in loopsim.Simulation(scenario).run().events if e["kind"] == kind]


def test_a_gate_admits_good_challengers():
    plan = loopsim.Scenario.parse(WORLD, {"training.gate": CLOSE})
    assert len(events(plan, "retrained")) == 7  # version 1 and six refits


def poisoned(path, refused):
    """A model of the user's own that learns upside down in later fits."""
    path.write_text(
        "import numpy as np\n"
        "from sklearn.linear_model import LogisticRegression\n\n\n"
        "class Poisoned(LogisticRegression):\n"
        "    def fit(self, X, y, sample_weight=None):\n"
        "        late = len(y) != 3000\n"
        "        return super().fit(X / 100, 1 - y if late else y)\n\n"
        "    def predict_proba(self, X):\n"
        "        return super().predict_proba(X / 100)\n"
    )
    registry.allow_code([path])
    return loopsim.Scenario.parse(
        WORLD,
        {
            "model": {"kind": "file", "path": str(path), "name": "Poisoned"},
            "training.gate": CLOSE if refused else "none",
        },
    )


def test_a_gate_keeps_poisoned_challengers_out_which_would_ruin_the_model(tmp_path):
    file = tmp_path / "poisoned.py"
    guarded = loopsim.Simulation(poisoned(file, True)).run()
    open_door = loopsim.Simulation(poisoned(file, False)).run()
    assert guarded.version == 1 and len([e for e in guarded.events if e["kind"] == "kept"]) == 6
    assert open_door.version == 7
    auc = [sim.series.values("true", "auc")[-1] for sim in (guarded, open_door)]
    assert auc[0] > 0.7 and auc[1] < 0.3


def test_approval_makes_every_version_late():
    gate = {"kind": "approval", "delay": 1, "rejects_good": 0.0}
    sim = loopsim.Simulation(loopsim.Scenario.parse(WORLD, {"training.gate": gate})).run()
    assert [v.round for v in sim.versions[1:]] == [3, 5, 7, 9, 11, 13]


def test_a_shadow_judges_without_a_holdout():
    training = {"training.holdout": 0.0, "training.rule.rounds": 4}
    gate = {"kind": "shadow", "rounds": 3, "gate": CLOSE}
    sim = loopsim.Simulation(loopsim.Scenario.parse(WORLD, {"training.gate": gate, **training}))
    assert [v.round for v in sim.run().versions[1:]] == [7, 11]


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ("better", "training.gate = better: better judges by rows that no fit has read"),
        (
            {"kind": "all", "gates": ["calibration"]},
            "training.gate.gates.0 = calibration: calibration judges",
        ),
        (
            {"kind": "approval", "gate": "subgroups"},
            "training.gate.gate = subgroups: subgroups judges",
        ),
    ],
)
def test_a_gate_without_rows_to_judge_by_is_told_before_anything_runs(gate, message):
    with pytest.raises(ScenarioError, match=message):
        loopsim.Scenario.parse(WORLD, {"training.gate": gate, "training.holdout": 0.0})


def own(tmp_path, name, text):
    file = tmp_path / "gates.py"
    file.write_text(text)
    registry.allow_code([file])
    gate = {"kind": "file", "path": str(file), "name": name}
    return loopsim.Scenario.parse(WORLD, {"training.gate": gate})


def test_a_gate_of_the_users_decides(tmp_path):
    text = "def patient(trial):\n    return 'refuse' if trial.t < 7 else 'admit'\n"
    assert [e["round"] for e in events(own(tmp_path, "patient", text), "kept")] == [2, 4, 6]


def test_a_gate_of_the_users_that_says_something_else_is_named(tmp_path):
    text = "def vague(trial):\n    return 'perhaps'\n"
    with pytest.raises(PluginError, match=r"gate vague.*in round 2.*must be a Verdict"):
        loopsim.Simulation(own(tmp_path, "vague", text)).run()


def test_the_trial_knows_the_money():
    sim = loopsim.Simulation(loopsim.Scenario.parse(WORLD))
    assert replace(trial(), money=sim.world.money).money.gain == 0.1

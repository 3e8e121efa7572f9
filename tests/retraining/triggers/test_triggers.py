"""Each rule against a hand-computed case, and in whole runs."""

import numpy as np
import pytest
from pydantic import ValidationError

import loopsim
from loopsim import registry
from loopsim.errors import PluginError, ScenarioError
from loopsim.retraining.base import Readings
from loopsim.retraining.triggers.alarms import AlarmRule, DropRule, IncidentRule, SignalRule
from loopsim.retraining.triggers.combined import AllRule, AnyRule, BudgetRule, CooldownRule
from loopsim.retraining.triggers.settings import AnyOf, Drop, Incident, Rollback
from loopsim.testing.rules import check_rule

FAULT = {"at": 4, "set": "environment.pipeline", "to": [{"feature": "score", "offset": -200}]}
EVERY = {"kind": "every", "rounds": 2}


def plan(rule, rounds=12, **more):
    return loopsim.Scenario.parse(
        {
            "name": "ruled",
            "rounds": rounds,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {"rule": rule, "history": {"rows": 400}},
            **more,
        }
    )


def fitted(sim):
    """Rounds in which a candidate was fitted."""
    return [e["round"] for e in sim.events if e["kind"] == "retrained"][1:]


def happened(sim, kind):
    return [e["round"] for e in sim.events if e["kind"] == kind]


def at(values, now, metric="auc"):
    return Readings(0, len(values), {metric: now}, path=lambda name: np.array(values))


@pytest.mark.parametrize(
    ("values", "now", "due"),
    [
        ([0.8, 0.8, 0.75], 0.75, True),  # level .8, fallen by .05
        ([0.8, 0.8, 0.76], 0.76, False),
        ([0.8, 0.7], 0.70, True),  # level .75
        ([0.8], 0.1, False),  # no level yet
        ([np.nan, 0.8, np.nan, 0.8, 0.5], 0.5, True),
        ([0.8, 0.8, 0.5, np.nan], np.nan, False),
    ],
)
def test_a_drop_is_from_the_mean_of_the_first_known_rounds(values, now, due):
    rule = DropRule("auc", by=0.05 - 1e-12, over=2)
    assert (rule.due(at(values, now), 9) is not None) == due


def test_a_figure_that_is_worse_when_higher_is_due_when_it_rises():
    rule = DropRule("brier", by=0.05, over=1, rises=True)
    assert rule.due(at([0.1, 0.2], 0.2, "brier"), 3) == (
        "brier rose to 0.2 from 0.1 after the last fit"
    )
    assert rule.due(at([0.1, 0.02], 0.02, "brier"), 3) is None


@pytest.mark.parametrize(
    ("rule", "alarms", "reason"),
    [
        (AlarmRule(), (), None),
        (AlarmRule(), ("ks",), "alarm of ks"),
        (AlarmRule(("psi",)), ("ks",), None),
        (AlarmRule(("psi", "ks")), ("ks", "psi", "x"), "alarm of ks, psi"),
    ],
)
def test_an_alarm_of_a_named_monitor_or_of_any(rule, alarms, reason):
    assert rule.due(Readings(0, 1, alarms=alarms), 3) == reason


def test_incidents_are_declared_or_are_figures_beyond_their_limits():
    rule = IncidentRule((5,), "profit", below=0.0, above=1.0)
    said = [rule.due(Readings(0, 1, {"profit": p}), t) for p, t in
            [(0.5, 4), (0.5, 5), (-0.1, 4), (1.5, 4), (np.nan, 4)]]  # fmt: skip
    assert said == [
        None,
        "incident declared",
        "incident: profit = -0.1 is below 0",
        "incident: profit = 1.5 is above 1",
        None,
    ]


def test_any_says_all_reasons_and_all_needs_all_of_them():
    one, other = AlarmRule(), SignalRule()
    both, half = Readings(1, 1, alarms=("ks",)), Readings(0, 1, alarms=("ks",))
    assert AnyRule((one, other)).due(both, 1) == "alarm of ks or 1 new label at once"
    assert AnyRule((one, other)).due(half, 1) == "alarm of ks"
    assert AllRule((one, other)).due(both, 1) == "alarm of ks and 1 new label at once"
    assert AllRule((one, other)).due(half, 1) is None


def test_cooldown_looks_at_rounds_and_budget_at_fits():
    rule = CooldownRule(3, SignalRule())
    assert [rule.due(Readings(1, r), 9) is not None for r in range(5)] == [False] * 3 + [True] * 2
    rule = BudgetRule(2, SignalRule())
    assert [rule.due(Readings(1, 1, fits=f), 9) is not None for f in range(4)] == [
        True, True, False, False]  # fmt: skip


SETTINGS = {
    "alarm": {},
    "quality": {},
    "drop": {"metric": "auc"},
    "incident": {"at": [3], "metric": "auc", "below": 0.7},
    "signal": {},
    "any": {"rules": ["signal", {"kind": "alarm"}]},
    "all": {"rules": ["signal", {"kind": "alarm"}]},
    "cooldown": {"rule": "signal"},
    "budget": {"rule": "signal"},
    "rollback": {"when": "alarm", "rule": "every"},
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_rule_keeps_to_the_interface(kind):
    check_rule(registry.find("rule", kind)(**SETTINGS[kind]).build())


def test_every_rule_is_looked_at():
    apart = {"never", "every", "labels", "file"}
    assert set(registry.BUILT_IN["rule"]) == set(SETTINGS) | apart


# Whole runs.


def test_an_alarm_leads_to_a_refit_and_no_alarm_to_none():
    # Everybody gets a yes and nobody moves: what a version was fitted on looks like those who come.
    still = {event: {"score": 0} for event in ("repaid", "defaulted", "refused")}
    plain = plan("alarm", monitors=["psi"], policy="everyone")
    plain = plain.replace(**{"environment.moves": still, "training.history.rows": 1500})
    calm = loopsim.Simulation(plain).run()
    alarmed = loopsim.Simulation(plain.replace(shocks=[FAULT])).run()
    assert fitted(calm) == happened(calm, "alarm") == []
    assert fitted(alarmed) == happened(alarmed, "alarm")
    assert min(fitted(alarmed)) == 5  # the fault is in the cases of round 4


def test_on_every_signal_each_round_with_labels_has_a_fit():
    sim = loopsim.Simulation(plan("signal")).run()
    assert fitted(sim) == list(range(1, 12))


def test_the_cooldown_holds():
    sim = loopsim.Simulation(plan({"kind": "cooldown", "rounds": 3, "rule": "signal"})).run()
    assert fitted(sim) == [3, 6, 9]


def test_the_budget_holds_and_counts_what_was_refused():
    rule = {"kind": "budget", "fits": 3, "rule": "signal"}
    assert fitted(loopsim.Simulation(plan(rule)).run()) == [1, 2, 3]
    gate = {"kind": "calibration", "above": 1e-9, "minimum": 2}
    refused = plan(rule).replace(**{"training.gate": gate, "training.holdout": 0.3})
    sim = loopsim.Simulation(refused).run()
    assert happened(sim, "kept") == [1, 2, 3] and sim.fits == 3


def test_too_few_rows_to_fit_anything_cost_no_budget():
    rule = {"kind": "budget", "fits": 1, "rule": "signal"}
    sim = loopsim.Simulation(plan(rule).replace(**{"training.minimum": 1500})).run()
    assert len(happened(sim, "kept")) > 1 and sim.fits == len(fitted(sim)) == 1


def test_a_drop_is_of_the_path_since_the_last_fit():
    rule = {"kind": "drop", "metric": "precision", "by": 0.02, "over": 1}
    worse = {"at": 8, "set": "environment.economy", "to": -2.0}
    sim = loopsim.Simulation(plan(rule, rounds=20, shocks=[worse])).run()
    values = sim.series.values("observed", "precision")
    last, expected = 0, []
    for t in range(1, 20):
        known = values[last:t][np.isfinite(values[last:t])]
        if known.size and known[0] - values[t - 1] >= 0.02:
            expected.append(t)
            last = t
    assert fitted(sim) == expected != []
    path = sim.series.since("observed", sim.last_fit, "precision")
    assert np.array_equal(path, values[last:], equal_nan=True)


def test_a_rollback_brings_the_model_before_and_takes_one_step_only():
    rule = {"kind": "rollback", "when": {"kind": "incident", "at": [5, 6, 9]}, "rule": EVERY}
    sim = loopsim.Simulation(plan(rule)).run(5)
    before = sim.versions[-2]
    sim.run(6)
    assert sim.model is before.model and sim.version == len(sim.versions)
    assert (
        "incident declared: version 3 gave way to the model of version 2"
        in sim.events[-1]["reason"]
    )
    sim.run()
    # Round 6 has a fit (every second round): the bad version is gone, so it may go back again then.
    assert happened(sim, "rolled-back") == [5, 9]


def test_a_run_that_was_rolled_back_can_be_resumed(tmp_path):
    rule = {"kind": "rollback", "when": {"kind": "incident", "at": [5]}, "rule": EVERY}
    scenario = plan(rule, rounds=9)
    loopsim.run(scenario, out=tmp_path / "run")
    state = loopsim.Simulation(scenario).run(6).state()
    again = loopsim.Simulation.restored(scenario, state, tmp_path / "run" / "models").run()
    straight = loopsim.Simulation(scenario).run()
    assert again.events == straight.events
    assert again.series.frame().equals(straight.series.frame())


# Bad input.


@pytest.mark.parametrize(
    ("rule", "monitors", "message"),
    [
        ("alarm", [], "training.rule = alarm: no monitor can be alarmed"),
        ({"kind": "alarm", "monitors": ["kss"]}, ["ks"], "did you mean 'ks'"),
        ("quality", ["ks"], "none of its monitors"),
        ({"kind": "drop", "metric": "acu"}, [], "no observed metric 'acu'"),
        ({"kind": "any", "rules": [{"kind": "alarm", "monitors": ["x"]}]}, ["ks"],
         "training.rule.rules.0.monitors"),
        ({"kind": "cooldown", "rule": {"kind": "rollback", "when": "signal", "rule": "every"}}, [],
         "a rollback must be the outermost rule"),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_see_is_told_before_anything_runs(rule, monitors, message):
    with pytest.raises(ScenarioError, match=message):
        loopsim.Simulation(plan(rule, monitors=monitors))


def test_a_monitors_figure_is_one_of_the_dashboard():
    loopsim.Simulation(plan({"kind": "drop", "metric": "missing"}, monitors=["missing"]))


@pytest.mark.parametrize(
    "wrong", [{}, {"metric": "auc"}, {"below": 1.0}, {"at": [1], "above": 2.0}]
)
def test_an_incident_needs_rounds_or_a_figure_with_a_limit(wrong):
    with pytest.raises(ValidationError, match=r"incident|metric"):
        Incident(**wrong)


def test_a_rule_inside_a_rule_is_named_by_its_key_path():
    with pytest.raises(ScenarioError, match=r"training\.rule\.rules\.0\.kind = alarmm"):
        plan({"kind": "any", "rules": [{"kind": "alarmm"}]})
    assert AnyOf(rules=[Drop(metric="auc")]).metrics() == ("auc",)
    assert Rollback(when=Drop(metric="auc"), rule="never").metrics() == ("auc",)


OWN = """
def odd(readings, t, start=0):
    return "an odd round" if t % 2 and t >= start else None


class Even:
    def __init__(self, start):
        self.start = start

    def due(self, readings, t):
        return "an even round" if t % 2 == 0 and t >= self.start else None


def broken(readings, t):
    return 1 / 0


def wrong(readings, t):
    return True
"""


def own(tmp_path, name, **parameters):
    file = tmp_path / "rules.py"
    file.write_text(OWN)
    registry.allow_code([file])
    return plan({"kind": "file", "path": str(file), "name": name, "parameters": parameters})


def test_a_function_or_class_of_the_users_decides(tmp_path):
    assert fitted(loopsim.Simulation(own(tmp_path, "odd", start=5)).run()) == [5, 7, 9, 11]
    assert fitted(loopsim.Simulation(own(tmp_path, "Even", start=8)).run()) == [8, 10]


@pytest.mark.parametrize(
    ("name", "message"), [("broken", "ZeroDivisionError"), ("wrong", "must be the reason")]
)
def test_a_rule_of_the_users_that_fails_is_named_with_the_round(tmp_path, name, message):
    with pytest.raises(PluginError, match=f"rule {name} in round 0: .*{message}"):
        loopsim.Simulation(own(tmp_path, name)).run()

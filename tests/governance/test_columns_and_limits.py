"""Sensitive columns, limits and the objective: what is kept from whom, and what is refused."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError, ScenarioError
from loopsim.limits import Limit

BASE = {
    "name": "ruled",
    "rounds": 6,
    "environment": {
        "kind": "lending", "people": 400, "population": {"kind": "synthetic", "features": 3}
    },
    "training": {"history": {"rows": 200}, "minimum": 20, "rule": {"kind": "every", "rounds": 2}},
    "observed": {"minimum": 5},
}  # fmt: skip
HIDDEN = ["utilisation", "group"]


def plan(**changes):
    return loopsim.Scenario.parse(BASE, changes)


def test_a_sensitive_feature_reaches_neither_model_nor_monitor_nor_export(tmp_path):
    monitors = [{"kind": "ks", "of": "features"}, {"kind": "missing"}]
    rules = {"sensitive": HIDDEN}
    run = loopsim.run(plan(governance=rules, monitors=monitors), out=tmp_path / "run")
    columns = set(run.predictions().columns)
    assert not columns & {"utilisation", "group"} and "debt_to_revenue" in columns
    rows = np.zeros((3, 3))
    moved, other = rows + np.array([5.0, 0.0, 0.0]), rows + np.array([0.0, 5.0, 0.0])
    model = run.model(2)
    np.testing.assert_array_equal(model.score(rows), model.score(moved))
    assert (model.score(rows) != model.score(other)).all()
    metrics = run.metrics()
    seen = metrics.loc[metrics["ledger"] == "observed", "metric"].unique()
    assert "ks" in seen and not [name for name in seen if "utilisation" in name]


def test_true_figures_by_group_go_on_and_the_dashboards_are_unknown():
    sim = loopsim.Simulation(plan(governance={"sensitive": ["group"]})).run()
    free = loopsim.Simulation(plan()).run()
    for name in ("approval", "gap.approval"):
        np.testing.assert_array_equal(
            sim.series.values("true", name, "all"), free.series.values("true", name, "all")
        )
    assert np.isfinite(sim.series.values("true", "approval", "b")).all()
    assert np.isnan(sim.series.values("observed", "approval", "b")).all()
    assert np.isnan(sim.series.values("observed", "gap.approval")).all()
    assert np.isfinite(sim.series.values("observed", "approval")).all()


def test_a_run_with_sensitive_columns_resumes_to_the_same_bytes(tmp_path):
    def files(folder):
        names = ("predictions", "models", "events.jsonl", "metrics.parquet")
        return {
            str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*"))
            if p.is_file() and str(p.relative_to(folder)).startswith(names)
        }

    rules = plan(governance={"sensitive": HIDDEN, "consent": 0.8}, log={"checkpoint": 2})
    stop = {"on_labels": staticmethod(lambda sim, t, batch: t == 5 and 1 / 0)}
    with pytest.raises(ZeroDivisionError):
        loopsim.run(rules, out=tmp_path / "run", observers=[type("Stop", (), stop)()])
    loopsim.resume(tmp_path / "run")
    loopsim.run(rules, out=tmp_path / "whole")
    assert files(tmp_path / "run") == files(tmp_path / "whole")


GROUP = {"governance.sensitive": ["group"]}
CONFLICTS = {
    "policy": (
        GROUP | {"policy": "demographic-parity"},
        "policy.*demographic-parity goes by group",
    ),
    "gate": (
        GROUP | {"training.holdout": 0.2, "training.gate": {"kind": "all", "gates": ["subgroups"]}},
        "training.gate.*goes by group",
    ),
    "monitor": (GROUP | {"monitors": ["subgroups"]}, "monitors.0.*subgroups goes by group"),
    "rule": (
        GROUP | {"training.rule": {"kind": "drop", "metric": "gap.approval", "by": 0.1}},
        "training.rule.*gap.approval is unknown",
    ),
    "limit": (
        GROUP | {"governance.limits": ["observed.approval[b] >= 0.2"]},
        r"governance.limits.0.*observed.approval\[b\] is unknown",
    ),
    "objective": (
        GROUP | {"governance.objective": "true.profit - observed.gap.approval"},
        "governance.objective.*gap.approval is unknown",
    ),
    "shown": (GROUP | {"environment.show_group": True}, "environment.show_group.*shows the model"),
    "column watched": (
        {
            "governance.sensitive": ["utilisation"],
            "monitors": [{"kind": "subgroups", "columns": ["utilisation"]}],
        },
        "monitors.0.columns.*kept from monitors",
    ),
}
BAD = {
    "unknown column": ({"governance.sensitive": ["utilization"]}, "did you mean 'utilisation'"),
    "nothing left": (
        {"governance.sensitive": ["utilisation", "debt_to_revenue", "prior_default"]},
        "no feature is left",
    ),
    "unknown group": ({"governance.consent": {"c": 0.5}}, "governance.consent.c.*no such group"),
    "group that asks": (
        {"governance.erasure": {"ask": {"c": 0.5}}},
        "erasure.ask.c.*no such group",
    ),
    "share": ({"governance.consent": 1.5}, "governance.consent"),
    "retention": ({"governance.retention": 0}, "governance.retention = 0: must be a whole number"),
    "key": ({"governance.retenton": 4}, "did you mean 'retention'"),
    "law": ({"governance.erasure": {"law": "exponential"}}, "fixed, geometric"),
    "formula": (
        {"governance.objective": "true.profit **"},
        "objective 'true.profit .*not a formula",
    ),
    "limit": ({"governance.limits": ["observed.auc"]}, "must be FIGURES <= NUMBER"),
    "limit on truth": (
        {"governance.limits": ["true.auc >= 0.6"]},
        "nobody can keep to what nobody",
    ),
    "unknown figure": ({"governance.limits": ["observed.acu >= 0.6"]}, "did you mean 'auc'"),
    "unknown cost": ({"governance.limits": ["cost.refit <= 2"]}, "did you mean 'refits'"),
    "group of a limit": ({"governance.limits": ["observed.auc[c] >= 0"]}, "no such group"),
}


@pytest.mark.parametrize(("changes", "message"), (CONFLICTS | BAD).values(), ids=CONFLICTS | BAD)
def test_what_cannot_be_is_told_before_anything_runs(changes, message):
    with pytest.raises(InputError, match=message):
        loopsim.Simulation(plan(**changes))


def test_faults_are_told_together_with_their_lines(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(
        "name: bad\nenvironment: {kind: lending, people: 50}\ngovernance:\n  consent: {blak: 1}\n"
        "  sensitive: [scre]\n  limits: [observed.gap.approval]\n"
    )
    with pytest.raises(ScenarioError) as told:
        loopsim.Scenario.load(file)
    assert [fault.line for fault in told.value.faults] == [4, 5, 6]


def test_a_world_whose_cases_are_nobodys_is_refused():
    from loopsim import registry
    from loopsim.environments.lending.settings import Lending
    from loopsim.environments.lending.world import LendingWorld

    class Own(LendingWorld):
        def ids(self, people, rows, t):
            return people.ids[rows]

    class Kind(Lending):
        kind: str = "own-ids"

        def build(self, strengths):
            return Own(self, strengths)

    registry._added["environment", "own-ids"] = Kind
    try:
        with pytest.raises(InputError, match="does not say whose they are"):
            data = BASE | {"environment": {"kind": "own-ids"}, "governance": {"consent": 0.5}}
            loopsim.Simulation(loopsim.Scenario.parse(data))
    finally:
        del registry._added["environment", "own-ids"]


# -- limits ----------------------------------------------------------------------------------------


def test_every_breach_of_a_round_is_an_event_and_an_unknown_figure_is_none():
    limits = ["observed.approval >= 0.999", "observed.approval[b] <= 1", "observed.auc >= 2"]
    rules = {"limits": [*limits, "cost.refits + cost.reviews <= 0"]}
    sim = loopsim.Simulation(plan(governance=rules)).run()
    told = [(e["round"], e["limit"]) for e in sim.events if e["kind"] == "breach"]
    approval, auc = (sim.series.values("observed", n) for n in ("approval", "auc"))
    refits = sim.series.values("observed", "cost.refits")
    assert [t for t, limit in told if limit == limits[0]] == [
        t for t in range(6) if approval[t] < 0.999
    ]
    assert [t for t, limit in told if limit == limits[2]] == [t for t in range(6) if auc[t] < 2]
    assert np.isnan(auc[0]) and not [x for x in told if x[1] == limits[1]]
    assert (
        [t for t, limit in told if "refits" in limit] == np.flatnonzero(refits).tolist() == [2, 4]
    )


def test_a_limit_reads_a_mix_of_figures():
    limit = Limit.parse(" observed.profit - 2*max(observed.a[b], cost.refits)  >=  -0.5 ")
    figures = {"observed.profit": 0.1, "observed.a[b]": 0.2, "cost.refits": 0.3}
    assert limit.value(figures) == pytest.approx(-0.5) and not limit.most
    assert limit.text == "observed.profit - 2*max(observed.a[b], cost.refits) >= -0.5"


# -- the objective in a comparison -----------------------------------------------------------------


def test_a_comparison_takes_the_objective_that_the_arms_state():
    goal = "true.profit - 0.5*true.gap.approval"
    arms = [
        plan(
            name=name,
            rounds=2,
            governance={"objective": goal} if name == "a" else {},
            policy=policy,
        )
        for name, policy in (("a", "break-even"), ("b", "everyone"))
    ]
    assert loopsim.compare(arms, seeds=2, workers=1).objective == goal
    assert loopsim.compare(arms, "true.auc", seeds=2, workers=1).objective == "true.auc"
    other = plan(name="c", rounds=2, governance={"objective": "true.auc"})
    with pytest.raises(InputError, match="the arms state different objectives"):
        loopsim.compare([arms[0], other], seeds=2, workers=1)


def test_a_scenario_without_rules_has_the_identity_that_it_had():
    assert "governance" not in plan().as_dict()
    assert plan(governance={}).as_dict()["governance"]["consent"] == 1.0

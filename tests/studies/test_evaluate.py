"""A metric for every point and seed, the same wherever it was found."""

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.errors import InputError
from loopsim.simulation import Simulation
from loopsim.studies import Study, evaluate

POINTS = [{"policy.explore": 0.0}, {"policy.explore": 0.3}]
METRICS = ["true.approval", "true.approval[black]", "true.profit - 2*cost.refits"]


def test_it_is_the_mean_of_the_last_rounds(scenario):
    table = evaluate(scenario, POINTS, METRICS, seeds=[5, 2], engine="serial", last=3)
    assert list(table.columns) == ["point", "policy.explore", "seed", *METRICS, "error"]
    assert table["seed"].tolist() == [2, 5, 2, 5] and set(table["error"]) == {""}
    sim = Simulation(scenario.replace(seed=5, **POINTS[1])).run()
    row = table.query("point == 1 and seed == 5").iloc[0]
    for group in ("all", "black"):
        path = sim.series.values("true", "approval", group)[-3:]
        name = "true.approval" + ("" if group == "all" else f"[{group}]")
        assert row[name] == pytest.approx(path[np.isfinite(path)].mean(), rel=1e-12)
    profit = sim.series.values("true", "profit")[-3:].mean()
    assert row[METRICS[2]] == pytest.approx(profit - 2 * 1 / 3, rel=1e-9)


def test_another_metric_of_the_same_runs_costs_no_run(scenario, tmp_path):
    first = evaluate(scenario, POINTS, "true.auc", 2, "serial", tmp_path / "s")
    study = Study(tmp_path / "s")
    logged = len(list(study.folder.logged()))
    again = evaluate(scenario, pd.DataFrame(POINTS), ["true.auc", "true.recall"], 2, study)
    assert logged == len(list(study.folder.logged())) == 4
    assert again["true.auc"].equals(first["true.auc"])
    table = study.frame("run")
    assert {"policy.explore", "seed", "ledger", "metric", "group", "value"} <= {*table}


def test_processes_find_the_same(scenario):
    here, there = (evaluate(scenario, POINTS, METRICS, 2, name) for name in ("serial", "processes"))
    pd.testing.assert_frame_equal(here, there)


BREAKS = """
class Break:
    def __init__(self, at): self.at = at
    def due(self, readings, t):
        if t == self.at: raise ValueError("broke")
"""


def test_a_run_that_fails_is_told_in_its_row(scenario, tmp_path):
    (tmp_path / "breaks.py").write_text(BREAKS)
    own = {"kind": "file", "path": str(tmp_path / "breaks.py"), "name": "Break"}
    plan = scenario.replace(**{"training.rule": own | {"parameters": {"at": 9}}})
    points = [{"training.rule.parameters": {"at": at}} for at in (9, 1)]
    code = [tmp_path / "breaks.py"]
    table = evaluate(plan, points, "true.auc", 2, "serial", tmp_path / "s", code=code)
    assert table["true.auc"].isna().tolist() == [False, False, True, True]
    assert "broke" in table["error"][2] and table["error"][0] == ""
    assert len(Study.open(tmp_path / "s").failures()) == 2
    # What is in the user's file is a part of what a run is.
    (tmp_path / "breaks.py").write_text(BREAKS.replace("broke", "broken"))
    from loopsim import registry

    registry._module.cache_clear()
    table = evaluate(plan, points, "true.auc", 2, "serial", tmp_path / "s", code=code)
    assert "broken" in table["error"][2]
    assert len(list(Study.open(tmp_path / "s").folder.logged())) == 8


def test_seeds_are_added_until_the_interval_is_narrow(scenario):
    seen = []
    table = evaluate(
        scenario, [{}], "true.approval", 2, "serial", until_width=1e-9, max_seeds=5,
        watch=lambda so_far: seen.append(len(so_far.frame())),
    )  # fmt: skip
    assert len(table) == 5 and seen == [1, 2, 3, 4, 5]
    assert len(evaluate(scenario, [{}], "true.approval", 2, "serial", until_width=10.0)) == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"points": []}, "no points"),
        ({"points": [{"policy.explor": 1}]}, r"point 0 \(policy.explor = 1\): .*policy.explor"),
        ({"points": [{"seed": 1}]}, "cannot set seed"),
        ({"metrics": []}, "no metrics"),
        ({"metrics": "true.acu"}, "did you mean 'true.auc'"),
        ({"metrics": "true.auc[martian]"}, "no such group"),
        ({"seeds": 0}, "seeds = 0"),
        ({"seeds": []}, "must be at least 1"),
        ({"last": 0}, "last = 0"),
        ({"seeds": 1, "until_width": 1.0}, "at least 2"),
        ({"engine": "tcp"}, "no engine 'tcp'"),
        ({"workers": 0}, "workers = 0"),
    ],
)
def test_bad_input_is_told_before_anything_runs(given, said, scenario, tmp_path):
    asked = {"points": POINTS, "metrics": "true.auc", "folder": tmp_path / "s"} | given
    with pytest.raises(InputError, match=said):
        evaluate(scenario, **asked)
    assert not (tmp_path / "s").exists()


def test_it_is_public(scenario):
    assert loopsim.evaluate is evaluate and loopsim.Study is Study

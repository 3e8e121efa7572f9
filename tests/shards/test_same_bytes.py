"""A split run leaves the same bytes as the run in one piece, whatever the split."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loopsim
import loopsim.shards
from loopsim.edges import LOOPS
from loopsim.shards.engines.threads import threads

SYNTHETIC = {"kind": "synthetic", "hidden": 1.0}
HARD_TREE = {
    "kind": "estimator",
    "use": "sklearn.tree.DecisionTreeClassifier",
    "parameters": {"max_depth": 2},
}
HELD = {"training.holdout": 0.3}
HALVES = {f"loops.{loop}": 0.5 for loop in LOOPS}
PLANS = {
    "synthetic people": {"environment.population": SYNTHETIC},
    "sampling cut": {"loops.sampling": 0},
    "outcome cut": {"loops.outcome": 0},
    "feature cut": {"loops.feature": 0},
    "model cut": {"loops.model": 0},
    "all loops half closed": HALVES,
    "a share": {"policy": {"kind": "budget", "share": 0.3, "explore": 0.05}},
    "a number, ties": {"policy": {"kind": "budget", "cases": 100}, "model": HARD_TREE},
    "nothing to spend": {"policy": {"kind": "budget", "cases": 0}},
    "thresholds by group": {"policy": {"kind": "max-utility", "at": {"black": 0.6}}},
    "a slope": {"policy": {"kind": "logistic", "at": 0.7}},
    "random": {"policy": {"kind": "random", "explore": 0.2, "explore_yes": 0.5}},
    "everyone": {"policy": "everyone"},
    "nobody": {"policy": "nobody"},
    "an oracle": {"model": "oracle"},
    "fuzzy rejects": {"training.reject_inference": "fuzzy"},
    "reweighted": {"training.reject_inference": "reweighting", "training.window": "all"},
    "cut-off": {"training.reject_inference": "hard-cutoff"},
    "propensities": {"training.weights": "inverse-propensity"},
    "sliding": {"training.window": {"kind": "sliding", "rounds": 3}},
    "recency": {"training.window": {"kind": "recency", "half_life": 2}},
    "by labels": {"training.rule": {"kind": "labels", "count": 400}},
    "by a figure": {"training.rule": {"kind": "drop", "metric": "auc", "by": 0.01, "over": 1}},
    "better": {"training.gate": {"kind": "better", "minimum": 20}, **HELD},
    "shadow": {"training.gate": {"kind": "shadow", "rounds": 1, "gate": {"kind": "none"}}},
    "lived history": {"training.history": {"rows": 300, "rounds": 3}},
    "good history": {"training.history": {"rows": 300, "feature": "score", "above": 550}},
    "no history": {"training.history": {"rows": 0}},
    "one label never": {"labels.delay": "never", "training.history": {"rows": 0}},
    "a sample of the log": {"log.level": "sampled", "log.share": 0.2},
    "no features": {"log.features": False},
    "a shock": {"shocks": [{"at": 4, "set": "environment.economy", "to": -1.0}]},
    "a fault": {"environment.pipeline": [{"feature": "score", "blank": True, "share": 0.2}],
                "model": "gradient-boosting"},
}  # fmt: skip


def same_run(plan, shards, tmp_path, hashes):
    one = loopsim.run(plan, out=tmp_path / "one")
    other = loopsim.shards.run(plan, shards, out=tmp_path / "split", engine=threads)
    left, right = hashes(one.folder), hashes(other.folder)
    assert left == right
    assert one.manifest["decisions"] == other.manifest["decisions"] > 0
    return left


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_any_number_of_shards_leaves_the_files_of_the_run_in_one_piece(
    shards, scenario, tmp_path, hashes
):
    files = same_run(scenario(), shards, tmp_path, hashes)
    kinds = ("metrics.parquet", "events.jsonl", "models/", "predictions/", "feedback/", "scenario")
    assert all(any(name.startswith(kind) for name in files) for kind in kinds)


@pytest.mark.parametrize("what", PLANS)
def test_whatever_the_scenario_a_split_changes_no_byte(what, scenario, tmp_path, hashes):
    same_run(scenario(**PLANS[what]), 3, tmp_path, hashes)


@pytest.mark.parametrize("shards", [2, 7])
def test_rows_of_a_table_are_the_same_people_in_every_shard(
    shards, rows, scenario, tmp_path, hashes
):
    plan = scenario(**{"environment.population": rows, "model": "gradient-boosting"})
    same_run(plan, shards, tmp_path, hashes)


def test_segments_end_where_they_do_in_one_piece(scenario, tmp_path, hashes, monkeypatch):
    for module in (loopsim.runs.table_log, loopsim.shards.recorder):
        monkeypatch.setattr(module, "SMALL", 300)
    monkeypatch.setattr(loopsim.runs.table_log, "SEGMENT", 900)
    files = same_run(scenario(), 3, tmp_path, hashes)
    assert sum(name.startswith("predictions/") for name in files) > 3


def figures(sim):
    return {name: value for name, value in sim.state().items() if name.startswith("series.")}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cuts=st.lists(st.integers(0, 700), max_size=5).map(sorted),
    seed=st.integers(0, 2**31),
    what=st.sampled_from(["synthetic people", "sampling cut", "model cut", "a number, ties"]),
)
def test_wherever_the_people_are_split_the_figures_are_the_same(cuts, seed, what, scenario):
    plan = scenario(seed=seed, rounds=4, **PLANS[what])
    one = loopsim.run(plan, out=False).simulation
    other = loopsim.shards.run(plan, cuts, out=False, engine=threads).simulation
    left, right = figures(one), figures(other)
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)
    assert one.events == other.events and one.decisions == other.decisions

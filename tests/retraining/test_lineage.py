"""What a version came from: its rows, its settings, its gate."""

import json
from hashlib import sha256

import numpy as np
import pytest

import loopsim
from loopsim.retraining import lineage
from loopsim.retraining.gates.settings import Better, Calibration, Subgroups
from loopsim.retraining.gating import plain


def plan(**changes):
    return loopsim.Scenario.parse(
        {
            "name": "lineage",
            "rounds": 9,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {
                "rule": {"kind": "every", "rounds": 3},
                "window": "all",
                "history": {"rows": 300},
            },
        },
        changes,
    )


def records(scenario):
    return loopsim.run(scenario, out=False).lineage().versions


def test_the_hash_is_of_types_shapes_and_bytes():
    x = np.arange(6.0)
    assert lineage.digest(x) == sha256(b"<f8(6,)" + x.tobytes()).hexdigest()
    assert lineage.digest(x) == lineage.digest(x[::1].copy())
    others = [x.reshape(2, 3), x.astype(np.float32), x[::-1], np.append(x, 0.0), None]
    assert len({lineage.digest(x), *(lineage.digest(other) for other in others)}) == 6


def test_names_are_hashed_whatever_holds_them():
    names = np.array(["a", "b"], dtype=object)
    assert lineage.digest(names) == lineage.digest(names.copy()) != lineage.digest(names[::-1])


def test_the_same_rows_have_the_same_hash_and_others_another():
    one, two = records(plan()), records(plan())
    assert [r["data"] for r in one] == [r["data"] for r in two]
    noisy = records(plan(**{"labels.noise": 0.01}))
    assert noisy[0]["data"] == one[0]["data"]  # history
    assert noisy[1]["data"]["hash"] != one[1]["data"]["hash"]
    assert len({r["data"]["hash"] for r in one}) == len(one) == 3


def test_a_weight_changes_the_hash():
    one = records(plan())
    policy = {"kind": "break-even", "explore": 0.1}
    explored = records(plan(policy=policy))
    weighed = records(plan(policy=policy, **{"training.weights": "inverse-propensity"}))
    assert one[0]["data"] == weighed[0]["data"]
    assert explored[1]["data"]["hash"] != weighed[1]["data"]["hash"]
    assert explored[1]["data"]["by_version"] == weighed[1]["data"]["by_version"]


def test_rows_are_counted_by_the_version_that_let_them_in(tmp_path):
    run = loopsim.run(plan(), out=tmp_path / "run")
    rows = run.feedback().merge(run.predictions(["prediction_id", "round", "version"]))
    for record in run.lineage().versions[1:]:
        mine = rows[rows["revealed"] <= record["fitted"]]
        data = record["data"]
        assert data["rows"] == record["rows"] == len(mine)
        assert (data["first"], data["last"]) == (mine["round"].min(), mine["round"].max())
        assert data["by_kind"] == {"outcome": len(mine)}
        counts = mine["version"].value_counts()
        assert data["by_version"] == {str(v): counts[v] for v in sorted(counts.index)}


def test_cases_without_a_label_are_told_apart():
    record = records(plan(**{"training.reject_inference": "hard-cutoff"}))[1]
    data = record["data"]
    assert data["without_label"] > 0
    assert data["rows"] == data["by_kind"]["outcome"] + data["without_label"]


def test_kinds_of_feedback_are_told_apart():
    desk = {"kind": "desk", "route": {"kind": "random", "share": 0.3}}
    changes = {"oversight": desk, "training.trust": {"outcome": 1.0, "review": 0.5}}
    record = records(plan(**changes))[1]
    assert set(record["data"]["by_kind"]) == {"outcome", "review"}
    assert record["desk"]["kind"] == "desk" and record["desk"]["guideline"] is None
    line = [{"feature": "score", "below": 500}]
    guided = records(plan(**changes | {"oversight": desk | {"guideline": line}}))[1]
    assert guided["desk"]["guideline"] and guided["desk"]["hash"] != record["desk"]["hash"]


def test_settings_are_hashed_part_by_part():
    base, stricter = records(plan())[0], records(plan(policy={"kind": "threshold", "at": 0.9}))[0]
    assert base["policy"]["hash"] != stricter["policy"]["hash"]
    assert base["model"] == stricter["model"] and base["features"] == stricter["features"]
    assert base["data"] == stricter["data"]


@pytest.mark.parametrize(
    ("policy", "at"),
    [
        ({"kind": "threshold", "at": 0.7}, 0.7),
        ({"kind": "threshold", "at": 0.7, "explore": 0.1}, 0.7),
        ({"kind": "budget", "share": 0.3}, None),
    ],
)
def test_thresholds_in_force_are_kept(policy, at):
    assert records(plan(policy=policy))[0]["thresholds"] == at


def test_thresholds_of_groups_are_kept_by_group():
    made = records(plan(policy={"kind": "max-utility", "at": {"black": 0.7}}))[0]["thresholds"]
    assert made["black"] == 0.7 and set(made) > {"black", "white"}


def test_the_monitors_reference_is_hashed_where_there_are_monitors():
    assert records(plan())[1]["reference"] is None
    watched = records(plan(monitors=[{"kind": "psi"}]))
    assert len({r["reference"] for r in watched}) == 3


def test_the_gates_verdict_is_kept_with_its_figures():
    gate = {"kind": "approval", "delay": 1, "rejects_good": 0, "passes_bad": 1,
            "gate": {"kind": "better", "minimum": 20}}  # fmt: skip
    first, second, *_ = records(plan(**{"training.gate": gate, "training.holdout": 0.3}))
    assert first["gate"] is None and first["parent"] is None
    verdict = second["gate"]
    assert verdict["kind"] == "approval" and verdict["approver"] == "approver"
    assert {"metric", "rows", "lead", "low", "high", "margin", "advice"} <= set(verdict["figures"])
    assert (second["fitted"], second["live"], second["parent"]) == (3, 4, 1)
    json.dumps(verdict, allow_nan=False)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Better, {"lead", "low", "high", "rows", "metric", "margin"}),
        (Subgroups, {"leads", "worse", "metric"}),
        (Calibration, {"calibration_error", "limit", "rows"}),
    ],
)
def test_every_judge_gives_its_figures(kind, names):
    gate = {"kind": kind.model_fields["kind"].default}
    if kind is Better:
        gate["margin"] = -1
    if kind is Calibration:
        gate |= {"above": 1, "minimum": 20}
    if kind is Subgroups:
        gate["worse"] = 1
    made = records(plan(**{"training.gate": gate, "training.holdout": 0.5}))
    assert names <= set(made[1]["gate"]["figures"])


def test_figures_become_plain():
    assert plain({"a": np.float64(1.5), 2: {"b": np.nan}}) == {"a": 1.5, "2": {"b": None}}


def test_a_rollback_names_the_version_that_gave_way_and_whose_model_it_is():
    rule = {
        "kind": "rollback",
        "when": {"kind": "incident", "at": [5]},
        "rule": {"kind": "every", "rounds": 3},
    }
    first, second, back, *_ = records(plan(**{"training.rule": rule}))
    assert back["parent"] == 2 and back["model_of"] == 1 and back["live"] == 5
    assert back["data"] == first["data"] and back["gate"] is None
    assert second["model_of"] == 2


def test_a_fit_that_goes_on_from_its_parent_says_so():
    sgd = {
        "kind": "estimator",
        "use": "sklearn.linear_model.SGDClassifier",
        "parameters": {"loss": "log_loss"},
        "incremental": True,
    }
    first, second, *_ = records(plan(model=sgd))
    assert not first["goes_on"] and second["goes_on"]
    assert second["data"]["first"] == 0

import errno
import json

import numpy as np
import pyarrow as pa
import pytest

import loopsim
from loopsim.environments.lending.world import EDGES
from loopsim.errors import InputError, PluginError, RunFolderError
from loopsim.runs import segments
from loopsim.scenario import Scenario


@pytest.fixture
def full(scenario, tmp_path):
    return loopsim.run(scenario(), out=tmp_path / "full")


SAMPLED = {"log.level": "sampled", "log.share": 0.2}


@pytest.mark.parametrize("changes", [{"log.level": "off"}, SAMPLED])
def test_the_log_level_changes_nothing_but_the_log(changes, scenario, tmp_path, hashes, full):
    other = loopsim.run(scenario(**changes), out=tmp_path / "other")
    one, two = hashes(full.folder), hashes(other.folder)
    always = [n for n in one if n.startswith(("models", "metrics", "events"))]
    assert len(always) >= 10
    assert {n: one[n] for n in always} == {n: two[n] for n in always}


def test_a_sampled_log_keeps_the_whole_history_of_the_same_people(scenario, tmp_path, full):
    sampled = loopsim.run(scenario(**SAMPLED), out=tmp_path / "sampled")
    everything, some = full.predictions(), sampled.predictions()
    kept = set(some["id"])
    assert 0.1 < len(kept) / everything["id"].nunique() < 0.3
    assert some.equals(everything[everything["id"].isin(kept)].reset_index(drop=True))
    labels = full.feedback()
    of_kept = (labels["prediction_id"] & ((1 << 40) - 1)).isin(kept)
    assert sampled.feedback().equals(labels[of_kept].reset_index(drop=True))


def test_the_log_joins_and_says_what_the_simulation_did(scenario, full):
    sim = loopsim.Simulation(scenario()).run()
    joined = full.feedback().merge(full.predictions(), on="prediction_id")
    assert len(joined) == len(full.feedback()) and (joined["opened"] == joined["round"]).all()
    assert (joined["action"] == 1).all()  # only loans that were given have an outcome
    assert len(full.predictions()) == sim.decisions == full.manifest["decisions"]
    last = full.predictions().query("round == 23")
    assert np.array_equal(last["score"], sim.cases.scores)
    assert np.array_equal(
        last["income"], sim.cases.features[:, 0].astype(np.float32), equal_nan=True
    )


def test_features_stay_out_of_the_log_when_asked(scenario, tmp_path):
    run = loopsim.run(scenario(**{"log.features": False}), out=tmp_path / "run")
    assert run.predictions().columns.tolist()[-1] == "reviewed"


def test_a_run_in_memory_writes_nothing_and_has_the_same_figures(
    scenario, tmp_path, monkeypatch, full
):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    memory = loopsim.run(scenario(), out=False)
    assert set(tmp_path.rglob("*")) == before
    assert memory.folder is None and memory.status == "finished"
    assert np.array_equal(memory.metric("true", "income"), full.metric("true", "income"))
    assert memory.summary()["observed"] == full.summary()["observed"]
    assert memory.versions().equals(full.versions())
    with pytest.raises(RunFolderError, match="kept in memory only"):
        memory.predictions()


def test_runs_without_a_folder_get_one_each(scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = scenario(rounds=1)
    names = [loopsim.run(plan).folder.as_posix() for _ in range(3)]
    first = f"results/runs/toy-{plan.hash[:8]}-seed0"
    assert names == [first, f"{first}-2", f"{first}-3"]


def test_a_scenario_survives_the_folder(scenario, full):
    assert loopsim.open(full.folder).scenario == scenario()
    assert loopsim.open(full.folder).scenario.hash == scenario().hash


def test_a_folder_keeps_what_flows_in_each_loop_of_the_world(tmp_path):
    class Stop:
        def on_round(self, *_):
            raise KeyboardInterrupt

    plan = {"name": "lent", "rounds": 2, "environment": {"kind": "lending", "people": 300}}
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(Scenario.parse(plan), out=tmp_path / "run", observers=[Stop()])
    stopped = loopsim.open(tmp_path / "run").manifest["loops"]
    assert stopped == {edge.name: {"closed": edge.closed, "cut": edge.cut} for edge in EDGES}
    assert loopsim.resume(tmp_path / "run").manifest["loops"] == stopped


def test_an_empty_folder_is_used_and_a_used_one_is_not(scenario, tmp_path, full):
    (tmp_path / "empty").mkdir()
    assert loopsim.run(scenario(rounds=1), out=tmp_path / "empty").status == "finished"
    with pytest.raises(RunFolderError, match="holds a run: resume it, or choose"):
        loopsim.run(scenario(), out=full.folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(RunFolderError, match="is not empty"):
        loopsim.run(scenario(), out=tmp_path / "mine")
    with pytest.raises(RunFolderError, match=r"thesis.txt.*choose another folder"):
        loopsim.run(scenario(), out=tmp_path / "mine" / "thesis.txt" / "run")
    with pytest.raises(RunFolderError, match=r"thesis.txt"):
        loopsim.run(scenario(), out=tmp_path / "mine" / "thesis.txt")


def test_a_failing_plugin_leaves_what_was_logged_and_the_reason(scenario, tmp_path):
    with pytest.raises(PluginError, match=r"mean \(model version 4\) in round 9: .* no more"):
        loopsim.run(scenario(**{"model.fails": 4}), out=tmp_path / "run")
    run = loopsim.open(tmp_path / "run")
    assert run.status == "failed" and "no more" in run.manifest["error"]
    assert run.predictions()["round"].max() == 8
    assert len(run.events()) == 4 and run.manifest["rounds_done"] == 9
    with pytest.raises(PluginError, match="no more"):
        loopsim.resume(tmp_path / "run")


@pytest.mark.parametrize("where", ["checkpoint", "segment"])
def test_a_full_disk_is_said_so_and_the_run_resumes(
    where, scenario, tmp_path, hashes, monkeypatch, full
):
    real = segments.pq.write_table

    def write_table(table, path, **settings):
        if "metrics" in str(path) if where == "checkpoint" else "predictions" in str(path):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(table, path, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(segments.pq, "write_table", write_table)
        with pytest.raises(RunFolderError, match=r"the disk is full; free some space and"):
            loopsim.run(scenario(), out=tmp_path / "run")
    assert loopsim.open(tmp_path / "run").status in ("failed", "interrupted")
    loopsim.resume(tmp_path / "run")
    assert hashes(tmp_path / "run") == hashes(full.folder)


def test_unusable_input_leaves_no_folder_behind(scenario, tmp_path, monkeypatch):
    def build(self, *_):
        raise InputError("my_model.py: named nowhere")

    plan = scenario()
    monkeypatch.setattr(type(plan.model), "build", build)
    with pytest.raises(InputError, match="named nowhere"):
        loopsim.run(plan, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_tables_come_as_frames_or_arrow_and_by_column(full):
    assert list(full.predictions(["id", "score"]).columns) == ["id", "score"]
    for table in (full.predictions, full.feedback, full.metrics):
        assert isinstance(table(arrow=True), pa.Table)
        assert table(arrow=True).num_rows == len(table())


def test_a_metric_that_is_not_there_names_those_that_are(full):
    with pytest.raises(KeyError, match=r"no metric 'auk'; there are .*auc"):
        full.metric("true", "auk")
    with pytest.raises(KeyError, match="no ledger 'real'; there are observed, true"):
        full.metric("real", "auc")


def test_versions_and_their_models_come_back(full):
    assert list(full.versions()["version"]) == list(range(1, 9))
    assert full.model(3).fits == 3
    with pytest.raises(RunFolderError, match="no such version; there are version-0001"):
        full.model(99)


def test_the_summary_is_json_with_unknown_as_null(full):
    summary = json.loads(json.dumps(full.summary(window=2), allow_nan=False))
    assert summary["window"] == 2 and summary["versions"] == 8 and summary["decisions"] == 4830
    approval = full.metric("true", "approval", "a")[-2:].mean()
    assert summary["true"]["approval"]["a"] == pytest.approx(approval)


def test_a_run_that_stopped_before_its_first_round_opens_empty(scenario, tmp_path):
    class Stop:
        def on_version(self, sim, version):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loopsim.run(scenario(), out=tmp_path / "run", observers=[Stop()])
    run = loopsim.open(tmp_path / "run")
    assert run.status == "interrupted" and run.predictions().empty and run.metrics().empty
    assert run.summary()["true"] == {}

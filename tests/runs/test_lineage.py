"""The lineage of a run folder: whole or not there, and true of every decision."""

import json
from hashlib import sha256

import pytest
import toy_world

import loopsim
from loopsim.errors import InputError, RunFolderError


@pytest.fixture(scope="module")
def lending(tmp_path_factory):
    scenario = loopsim.Scenario.parse(
        {
            "name": "lineage",
            "rounds": 12,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "policy": {"kind": "threshold", "at": 0.7},
            "oversight": {"kind": "desk", "route": {"kind": "random", "share": 0.1}},
            "training": {"rule": {"kind": "every", "rounds": 3}, "history": {"rows": 300}},
            "log": {"checkpoint": 5},
        }
    )
    return loopsim.run(scenario, out=tmp_path_factory.mktemp("lineage") / "run")


def test_every_version_has_a_record_beside_its_file(lending):
    for record in lending.lineage().versions:
        name = f"version-{record['version']:04d}"
        on_disk = json.loads((lending.folder / "models" / f"{name}.json").read_text())
        assert on_disk.items() <= record.items()
        model = (lending.folder / "models" / record["model"]["file"]).read_bytes()
        assert record["model"]["sha256"] == sha256(model).hexdigest()


def test_a_record_knows_the_scenario_but_for_how_much_of_it_is_written(lending):
    def known(**changes):
        run = loopsim.run(lending.scenario.replace(**changes), out=False)
        return {record["scenario"] for record in run.lineage().versions}

    here = {record["scenario"] for record in lending.lineage().versions}
    assert known(**{"log.level": "off"}) == here
    assert known(seed=lending.scenario.seed + 1).isdisjoint(here)


def test_a_run_in_memory_has_the_same_lineage_but_no_files(lending):
    memory = loopsim.run(lending.scenario, out=False).lineage().versions
    for record, kept in zip(memory, lending.lineage().versions, strict=True):
        kept["model"] = {k: v for k, v in kept["model"].items() if k not in ("file", "sha256")}
        assert record == kept


def test_a_version_gives_way_when_the_next_goes_live(lending):
    found = lending.lineage()
    assert [(r["live"], r["until"]) for r in found.versions] == [(0, 3), (3, 6), (6, 9), (9, None)]
    assert [found.live_at(t) for t in (0, 2, 3, 11)] == [1, 1, 2, 4]
    assert found.live_at(-1) == 0 and len(found) == 4


def test_ancestors_go_back_to_the_first(lending):
    found = lending.lineage()
    assert [r["version"] for r in found.ancestors(3)] == [3, 2, 1]
    with pytest.raises(InputError, match="version 5: no such version in this run; there are 1 to"):
        found.ancestors(5)


def test_the_frame_has_a_row_a_version(lending):
    frame = lending.lineage().frame()
    assert frame["version"].tolist() == [1, 2, 3, 4]
    assert frame["data"].str.len().eq(64).all() and frame["model"].str.len().eq(64).all()


def test_a_prediction_knows_what_it_depended_on(lending):
    reviews = lending.reviews()
    late = reviews[(reviews["round"] == 7) & reviews["reviewer"].notna()].iloc[0]
    number = int(late["prediction_id"])
    found = lending.lineage().prediction(number)
    assert found["prediction"]["prediction_id"] == number and found["prediction"]["reviewed"]
    assert found["version"]["version"] == found["live"] == 3 and found["ancestors"] == [3, 2, 1]
    assert found["reviews"][0]["reviewer"] == late["reviewer"]
    threshold = found["threshold"]
    assert threshold["highest_no"] < 0.7 <= threshold["lowest_yes"]
    labels = lending.feedback()
    back = labels[labels["prediction_id"] == number]
    assert [row["label"] for row in found["feedback"]] == back["label"].tolist()
    json.dumps(found, allow_nan=False)


def test_a_prediction_of_an_unfinished_segment_is_found(scenario, tmp_path):
    def stop(sim, t, *_):
        if t == 23:
            raise KeyboardInterrupt

    observer = type("Stop", (), {"on_labels": staticmethod(stop)})()
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(scenario(), out=tmp_path / "run", observers=[observer])
    run = loopsim.open(tmp_path / "run")
    last = run.predictions().iloc[-1]
    found = run.lineage().prediction(int(last["prediction_id"]))
    assert found["prediction"]["round"] == last["round"] == 22


@pytest.mark.parametrize("number", [7 << 40 | 99_999_999, 99 << 40, -1])
def test_a_prediction_that_is_not_in_the_log_is_told(lending, number):
    with pytest.raises(InputError, match=rf"prediction {number}: no such prediction_id"):
        lending.lineage().prediction(number)


def test_a_run_in_memory_has_no_log_to_look_in(lending):
    run = loopsim.run(lending.scenario.replace(rounds=2), out=False)
    with pytest.raises(RunFolderError, match="kept in memory only"):
        run.lineage().prediction(0)


def test_a_run_without_lineage_or_with_a_damaged_one_is_told(scenario, tmp_path):
    run = loopsim.run(scenario(rounds=3), out=tmp_path / "run")
    files = sorted((run.folder / "models").glob("version-*.json"))
    files[0].write_text("{")
    with pytest.raises(RunFolderError, match=r"version-0001.json: not the lineage of a version"):
        run.lineage()
    for file in files:
        file.unlink()
    with pytest.raises(RunFolderError, match="written without lineage"):
        run.lineage()


def test_a_model_that_cannot_be_saved_still_has_a_record(tmp_path):
    from loopsim.models.base import CannotSave
    from loopsim.models.estimator import EstimatorModel

    def refuse(self, path):
        raise CannotSave("not today")

    plan = {
        "name": "unsaved",
        "rounds": 2,
        "environment": {"kind": "lending", "people": 300},
        "training": {"history": {"rows": 100}},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EstimatorModel, "save", refuse)
        run = loopsim.run(loopsim.Scenario.parse(plan), out=tmp_path / "run")
    (record,) = run.lineage().versions
    assert record["model"]["file"] is None and record["model"]["sha256"] is None
    assert record["data"]["hash"]


def test_an_unnumbered_world_has_a_lineage_too(scenario, tmp_path):
    run = loopsim.run(scenario(), out=tmp_path / "run")
    assert run.lineage().versions[0]["features"]["names"] == list(toy_world.World.schema.names)

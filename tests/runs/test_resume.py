"""Kill -9 anywhere, resume: the same bytes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import toy_world

import loopsim
from loopsim.errors import RunFolderError
from loopsim.runs import checkpoints

SMALL = 300  # rows at which a checkpoint ends a segment: some do here, some leave a tail


def process(folder, *killer, data=toy_world.BASE):
    args = [str(folder), json.dumps(data), str(SMALL), *map(str, killer)]
    return subprocess.run([sys.executable, toy_world.__file__, *args], check=False).returncode


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "undisturbed"
    assert process(folder) == 0
    return folder


def is_readable_prefix(folder, whole):
    """What a killed run has on disk opens, and is the beginning of what it would have become."""
    run, full = loopsim.open(folder), loopsim.open(whole)
    assert run.status == "interrupted"
    for table in ("predictions", "feedback"):
        part, rest = getattr(run, table)(), getattr(full, table)()
        if len(part):
            assert part.equals(rest.iloc[: len(part)].astype(part.dtypes)), table
    done = run.manifest["rounds_done"]
    assert len(run.predictions()) >= (full.predictions()["round"] < done).sum()
    told = run.events().to_dict("records")  # a run killed before its first event has told none
    assert told == full.events().to_dict("records")[: len(told)]


MOMENTS = {
    "in its first events": [("on_event", 0)],
    "between the phases": [("on_labels", 5), ("on_version", 9), ("on_event", 12), ("on_round", 14)],
    "at a checkpoint": [("on_labels", 4), ("on_round", 19), ("on_round", 23)],
    "at random": [("after", s) for s in np.random.default_rng(7).uniform(0.0, 0.6, 4).round(3)],
}


@pytest.mark.parametrize("kills", MOMENTS.values(), ids=MOMENTS.keys())
def test_a_run_killed_and_resumed_ends_with_the_same_bytes(kills, undisturbed, tmp_path, hashes):
    folder = tmp_path / "killed"
    for hook, at in kills:
        assert process(folder, hook, at) in (-signal.SIGKILL, 0)
        if folder.exists() and loopsim.open(folder).status != "finished":
            is_readable_prefix(folder, undisturbed)
    assert process(folder) == 0
    assert hashes(folder) == hashes(undisturbed)
    assert loopsim.open(folder).status == "finished"


def interrupt(hook, t, error=KeyboardInterrupt):
    def stop(sim, *_):
        if sim.t == t:
            raise error

    return type("Interrupt", (), {hook: staticmethod(stop)})()


@pytest.mark.parametrize("hook", ["on_labels", "on_version", "on_round"])
def test_an_interrupted_run_keeps_every_round_and_resumes_to_the_same_bytes(
    hook, scenario, tmp_path, hashes
):
    loopsim.run(scenario(), out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(scenario(), out=tmp_path / "run", observers=[interrupt(hook, 15)])
    run = loopsim.open(tmp_path / "run")
    assert run.status == "interrupted"
    last = 15 if hook == "on_round" else 14  # the round's own rows were logged before the hook
    assert run.predictions()["round"].max() == last
    assert run.metric("true", "income").size == last + 1
    run = loopsim.resume(tmp_path / "run")
    assert run.status == "finished" and run.manifest["error"] is None
    assert hashes(run.folder) == hashes(tmp_path / "whole")


def test_a_finished_run_resumes_to_itself_without_work(scenario, tmp_path):
    run = loopsim.run(scenario(), out=tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")}
    again = loopsim.resume(run.folder)
    assert again.summary() == run.summary()
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")} == before


def cut_short(scenario, folder, t=23):
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(scenario, out=folder, observers=[interrupt("on_labels", t)])


@pytest.mark.parametrize(
    ("damage", "restarts"),
    [
        (lambda f: (f / "checkpoints" / "round-000020.npz").write_bytes(b"junk"), 16),
        (lambda f: [p.write_bytes(b"") for p in (f / "checkpoints").iterdir()], 0),
        (lambda f: (f / "models" / "version-0007.skops").unlink(), 16),
        (lambda f: (f / "predictions" / ".rounds-000000-000003.parquet.tmp").write_bytes(b"x"), 20),
    ],
    ids=["newest checkpoint", "all checkpoints", "a model", "a leftover"],
)
def test_damage_costs_rounds_but_never_the_result(damage, restarts, scenario, tmp_path, hashes):
    loopsim.run(scenario(), out=tmp_path / "whole")
    cut_short(scenario(), tmp_path / "run")
    damage(tmp_path / "run")
    seen = []
    observer = type("Seen", (), {"on_round": lambda self, sim, t, *_: seen.append(t)})()
    loopsim.resume(tmp_path / "run", observers=[observer])
    assert seen[0] == restarts
    assert hashes(tmp_path / "run") == hashes(tmp_path / "whole")


def test_a_checkpoint_whose_segment_is_gone_is_passed_over(scenario, tmp_path, hashes, monkeypatch):
    monkeypatch.setattr("loopsim.runs.table_log.SMALL", 500)
    loopsim.run(scenario(), out=tmp_path / "whole")
    cut_short(scenario(), tmp_path / "run")
    state = next(checkpoints.newest(tmp_path / "run" / "checkpoints"))[1]
    (tmp_path / "run" / sorted(state["segments"])[-1]).unlink()
    loopsim.resume(tmp_path / "run")
    assert hashes(tmp_path / "run") == hashes(tmp_path / "whole")


def test_a_model_that_cannot_be_saved_means_no_checkpoints_and_a_fresh_start(
    scenario, tmp_path, hashes
):
    unsaved = scenario(**{"model.saves": False})
    whole = loopsim.run(unsaved, out=tmp_path / "whole")
    assert list(whole.events()["kind"]).count("unsaved") == 1
    assert not (whole.folder / "checkpoints").exists()
    cut_short(unsaved, tmp_path / "run")
    loopsim.resume(tmp_path / "run")
    assert hashes(tmp_path / "run") == hashes(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: (f / "manifest.json").unlink(), "not a run folder: it has no manifest.json"),
        (
            lambda f: [p.unlink() for p in (f / "manifest.json", f / "scenario.yaml")],
            "scenario.yaml",
        ),
        (lambda f: (f / "manifest.json").write_text("{"), "not the manifest of a run"),
        (lambda f: edit(f / "manifest.json", '"format": 1', '"format": 9'), "format 9 .* format 1"),
        (lambda f: edit(f / "scenario.yaml", "at: 0.4", "at: 0.5"), "changed since the run"),
    ],
    ids=["no manifest", "nothing", "torn manifest", "other format", "other scenario"],
)
def test_what_cannot_be_resumed_is_refused_with_the_reason(change, message, scenario, tmp_path):
    cut_short(scenario(), tmp_path / "run")
    change(tmp_path / "run")
    with pytest.raises(RunFolderError, match=message):
        loopsim.resume(tmp_path / "run")


def edit(path: Path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_run_that_a_live_process_writes_is_refused(scenario, tmp_path):
    def on_round(self, sim, t, *_):
        with pytest.raises(RunFolderError, match="is writing this run"):
            loopsim.resume(tmp_path / "run")
        assert loopsim.open(tmp_path / "run").status == "running"

    loopsim.run(
        scenario(rounds=2),
        out=tmp_path / "run",
        observers=[type("O", (), {"on_round": on_round})()],
    )


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    for door in (loopsim.open, loopsim.resume):
        with pytest.raises(RunFolderError, match="no such run folder"):
            door(tmp_path / "nowhere")

"""A tampered event log shows: whatever line is changed, removed, inserted or cut off."""

import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.errors import RunFolderError
from loopsim.runs import chain, manifest
from loopsim.runs.events import EventLog
from loopsim.runs.folder import Folder

EVENTS = [{"round": t, "kind": "retrained", "reason": f"é {t}", "rows": 10 * t} for t in range(6)]


def logged(path, status="finished", count=6):
    """A folder with an event log and the manifest of a run that had written `count` of them."""
    folder = Folder(path)
    path.mkdir(parents=True, exist_ok=True)
    log = EventLog(folder.events)
    heads = [log.head]
    for at, event in enumerate(EVENTS):
        log.write(at, event)
        heads.append(log.head)
    log.close()
    held = {"count": count, "head": heads[count]}
    facts = {"format": 1, "status": status, "events": held}
    folder.manifest.write_text(json.dumps(facts))
    folder.scenario.write_text("")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return logged(tmp_path_factory.mktemp("chain") / "run")


def test_what_the_run_wrote_is_intact(folder):
    found = chain.verify(folder)
    assert (found.intact, found.lines, found.why) == (True, 6, "")
    assert found.head == manifest.read(folder)["events"]["head"]


def test_each_hash_is_that_of_the_line_before_and_of_the_line(folder):
    before = chain.START
    for line, event in zip(folder.events.read_bytes().splitlines(), EVENTS, strict=True):
        held = json.loads(line)
        assert held.pop("hash") == sha256(before.encode() + json.dumps(event).encode()).hexdigest()
        assert held == event
        before = json.loads(line)["hash"]


@pytest.fixture(scope="module")
def whole(folder):
    return folder.events.read_bytes()


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_change_of_a_byte_is_seen_at_its_line(data, folder, whole):
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != whole[at]))
    folder.events.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    found = chain.verify(folder)
    folder.events.write_bytes(whole)
    line = whole[:at].count(b"\n") + 1
    # An end of line that is gone, in the last line, is a line too few.
    assert found.broken is not None and found.broken <= line


@pytest.mark.parametrize("at", range(len(EVENTS)))
def test_a_line_removed_repeated_or_moved_is_seen(at, folder, whole):
    lines = whole.splitlines(keepends=True)
    changed = {
        "removed": lines[:at] + lines[at + 1 :],
        "repeated": [*lines[:at], lines[at], *lines[at:]],
        "moved": [lines[at], *lines[:at], *lines[at + 1 :]] if at else lines[1:] + lines[:1],
    }
    for what, new in changed.items():
        folder.events.write_bytes(b"".join(new))
        found = chain.verify(folder)
        assert found.broken is not None, what
        if what == "removed":
            assert found.broken == at + 1
    folder.events.write_bytes(whole)


@pytest.mark.parametrize("kept", range(len(EVENTS)))
def test_a_log_that_was_cut_off_is_seen_by_what_the_manifest_holds(kept, folder, whole):
    folder.events.write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]))
    found = chain.verify(folder)
    folder.events.write_bytes(whole)
    assert found.broken == kept + 1 and "cut off" in found.why


def test_a_log_written_anew_from_a_line_on_is_seen_by_its_head(tmp_path):
    folder = logged(tmp_path / "run")
    folder.events.unlink()
    log = EventLog(folder.events)
    for at, event in enumerate(EVENTS):
        log.write(at, event | {"rows": 1})
    log.close()
    found = chain.verify(folder)
    assert found.broken == 6 and "written anew" in found.why


def test_whoever_wrote_the_head_down_sees_even_a_manifest_that_was_changed(tmp_path):
    folder, noted = logged(tmp_path / "run"), chain.verify(logged(tmp_path / "run")).head
    lines = folder.events.read_bytes().splitlines(keepends=True)
    folder.events.write_bytes(b"".join(lines[:3]))
    held = {"count": 3, "head": chain.seal_of(lines[2].rstrip(b"\n"))}
    folder.manifest.write_text(json.dumps(manifest.read(folder) | {"events": held}))
    assert chain.verify(folder).intact
    assert chain.verify(folder, noted).broken == 3


def test_lines_since_the_last_checkpoint_and_a_torn_one_are_sound_in_a_killed_run(tmp_path):
    folder = logged(tmp_path / "run", "running", 4)
    with folder.events.open("ab") as file:
        file.write(b'{"round": 9')
    assert chain.verify(folder).intact
    folder.manifest.write_text(json.dumps(manifest.read(folder) | {"status": "finished"}))
    assert chain.verify(folder).broken == 5


def test_a_log_without_hashes_is_said_to_have_none(tmp_path):
    folder = logged(tmp_path / "run")
    folder.events.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    found = chain.verify(folder)
    assert found.broken == 1 and "without a chain" in found.why
    with pytest.raises(RunFolderError, match=r"events.jsonl:1: it bears no hash"):
        chain.demand(folder)


def test_a_run_is_intact_after_it_was_interrupted_and_when_it_was_resumed(scenario, tmp_path):
    stop = {"on_labels": staticmethod(lambda sim, t, batch: t == 15 and 1 / 0)}
    with pytest.raises(ZeroDivisionError):
        loopsim.run(scenario(), out=tmp_path / "run", observers=[type("Stop", (), stop)()])
    assert chain.verify(Folder(tmp_path / "run")).intact
    loopsim.resume(tmp_path / "run")
    found = chain.verify(Folder(tmp_path / "run"))
    assert found.intact and found.lines == len(loopsim.open(tmp_path / "run").events())
    whole = loopsim.run(scenario(), out=tmp_path / "whole")
    assert whole.manifest["events"] == {"count": found.lines, "head": found.head}


def test_a_changed_line_keeps_a_run_from_being_resumed(scenario, tmp_path):
    stop = {"on_labels": staticmethod(lambda sim, t, batch: t == 15 and 1 / 0)}
    with pytest.raises(ZeroDivisionError):
        loopsim.run(scenario(), out=tmp_path / "run", observers=[type("Stop", (), stop)()])
    path = tmp_path / "run" / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b"every 3 rounds", b"every 9 rounds", 1))
    with pytest.raises(RunFolderError, match="has code, data or software changed"):
        loopsim.resume(tmp_path / "run")


def test_the_verb_says_intact_or_where_it_is_broken(tmp_path):
    folder = logged(tmp_path / "run")
    told = CliRunner().invoke(app, ["verify", str(folder.path)])
    assert told.exit_code == 0 and "intact, 6 events, head" in told.output
    lines = folder.events.read_bytes().splitlines(keepends=True)
    folder.events.write_bytes(b"".join(lines[:2] + lines[3:]))
    told = CliRunner().invoke(app, ["verify", str(folder.path), "--json"])
    assert told.exit_code == 4 and json.loads(told.output)["broken"] == 3

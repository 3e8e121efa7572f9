import pytest

from loopsim.errors import RunFolderError
from loopsim.runs.events import EventLog, read

ONE, TWO = {"round": 0, "kind": "retrained"}, {"round": 4, "kind": "kept", "reason": "é"}


def write(path, *events, start=0):
    log = EventLog(path)
    for at, event in enumerate(events, start):
        log.write(at, event)
    log.close()


def test_events_told_again_are_not_written_twice(tmp_path):
    path = tmp_path / "events.jsonl"
    write(path, ONE, TWO)
    before = path.read_bytes()
    write(path, ONE, TWO)
    assert path.read_bytes() == before
    assert read(path) == [ONE, TWO]


def test_a_torn_last_line_is_cut_off_and_written_again(tmp_path):
    path = tmp_path / "events.jsonl"
    write(path, ONE, TWO)
    whole = path.read_bytes()
    for cut in range(1, len(whole)):
        path.write_bytes(whole[:cut])
        assert read(path) == [ONE, TWO][: whole[:cut].count(b"\n")]
        write(path, ONE, TWO)
        assert path.read_bytes() == whole


def test_an_event_that_differs_from_what_the_run_said_before_is_refused(tmp_path):
    path = tmp_path / "events.jsonl"
    write(path, ONE)
    log = EventLog(path)
    with pytest.raises(RunFolderError, match=r"events.jsonl:1: the run said .* has code"):
        log.write(0, TWO)
    log.close()


def test_a_restored_run_adds_what_the_file_lacks(tmp_path):
    path = tmp_path / "events.jsonl"
    write(path, ONE)
    log = EventLog(path)
    log.catch_up([ONE, TWO])
    log.close()
    assert read(path) == [ONE, TWO]

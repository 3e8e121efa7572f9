"""A folder appears whole or not at all."""

import os

import pytest

from loopsim.calibrate.folder import folder_faults, whole_or_nothing
from loopsim.errors import DataError


def test_a_folder_appears_when_all_is_written(tmp_path):
    out = tmp_path / "deep" / "world"
    assert folder_faults(out) == []
    with whole_or_nothing(out) as half:
        (half / "a").write_text("1")
        assert not out.exists()
    assert (out / "a").read_text() == "1"
    assert os.listdir(out.parent) == ["world"]


def test_an_empty_folder_gives_way(tmp_path):
    out = tmp_path / "world"
    out.mkdir()
    assert folder_faults(out) == []
    with whole_or_nothing(out) as half:
        (half / "a").write_text("1")
    assert os.listdir(out) == ["a"]


def test_nothing_is_left_of_what_failed(tmp_path):
    with pytest.raises(RuntimeError), whole_or_nothing(tmp_path / "world") as half:
        (half / "a").write_text("1")
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_a_full_folder_or_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "a").write_text("1")
    assert "the folder is not empty" in folder_faults(tmp_path)[0]
    assert "it is a file" in folder_faults(tmp_path / "a")[0]
    assert "is a file, not a folder" in folder_faults(tmp_path / "a" / "b")[0]


def test_a_place_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "no permission to write" in folder_faults(tmp_path / "world")[0]


def test_a_disk_that_fails_is_told_as_bad_input(tmp_path):
    with pytest.raises(DataError, match="No space left"), whole_or_nothing(tmp_path / "w"):
        raise OSError(28, "No space left on device")
    assert os.listdir(tmp_path) == []

import json
import os
import subprocess
import sys

import pytest

from loopsim.errors import RunFolderError
from loopsim.runs.lock import Lock, holder


def test_a_live_process_keeps_others_out(tmp_path):
    with Lock(tmp_path / "lock"):
        with pytest.raises(
            RunFolderError, match=f"process {os.getpid()} on .* is writing this run"
        ):
            Lock(tmp_path / "lock").__enter__()
        assert holder(tmp_path / "lock")["pid"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


def test_a_dead_process_s_lock_is_taken_over(tmp_path):
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], stdout=-1)
    with Lock(tmp_path / "lock"):
        owner = json.loads((tmp_path / "lock").read_text())
    (tmp_path / "lock").write_text(json.dumps(owner | {"pid": int(child.stdout)}))
    with Lock(tmp_path / "lock"):
        assert holder(tmp_path / "lock")["pid"] == os.getpid()


def test_a_reused_process_number_is_not_the_owner(tmp_path):
    with Lock(tmp_path / "lock"):
        owner = json.loads((tmp_path / "lock").read_text())
    (tmp_path / "lock").write_text(json.dumps(owner | {"started": "1"}))
    assert holder(tmp_path / "lock") is None


def test_a_lock_of_another_machine_is_respected(tmp_path):
    path = tmp_path / "lock"
    path.write_text(json.dumps({"pid": 1, "host": "elsewhere", "started": "1"}))
    with pytest.raises(RunFolderError, match=r"process 1 on elsewhere.* delete .*lock"):
        Lock(path).__enter__()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x", "host": 1}'])
def test_an_unreadable_lock_is_nobody_s(tmp_path, text):
    (tmp_path / "lock").write_text(text)
    with Lock(tmp_path / "lock"):
        assert holder(tmp_path / "lock") is not None

"""Killed from outside and resumed from the command line, fraud and recommender runs end alike."""

import json
import signal
import subprocess
import sys
import time

import pytest

import loopsim

LOG = {"checkpoint": 2}
FRAUD = {
    "name": "killed",
    "rounds": 50,
    "environment": {"kind": "fraud", "customers": 300, "terminals": 500, "stolen": 0.02},
    "policy": {"kind": "alert-budget", "cards": 10},
    "labels": {"delay": {"kind": "fixed", "rounds": 7}},
    "training": {"rule": {"kind": "every", "rounds": 5}, "history": {"rounds": 8, "rows": 3000}},
    "log": LOG,
}
RECOMMENDER = {
    "name": "killed",
    "rounds": 50,
    "environment": {
        "kind": "recommender",
        "users": 200,
        "population": {"kind": "synthetic-tastes", "items": 60, "factors": 4, "creators": 6},
        "new_items": 1,
        "new_users": 1,
        "creators": {"adapt": 0.05},
        "sample": 32,
    },
    "model": "popularity",
    "policy": {"kind": "top-k", "k": 4, "explore": 0.1},
    "training": {"rule": {"kind": "every", "rounds": 5}, "history": {"rounds": 2, "rows": 1000}},
    "log": LOG,
}


def started(*args, cwd):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "loopsim", *args], cwd=cwd, **quiet)


@pytest.mark.parametrize("plan", [FRAUD, RECOMMENDER], ids=["fraud", "recommender"])
def test_killed_after_its_first_checkpoint_it_ends_with_the_same_bytes(plan, tmp_path, hashes):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for place in (killed, whole):
        place.mkdir()  # the page names the folder as it was typed: run
        (place / "plan.yaml").write_text(json.dumps(plan))  # which is YAML as well
    order = "run", "plan.yaml", "--out", "run"
    assert started(*order, cwd=whole).wait() == 0
    process = started(*order, cwd=killed)
    while not list(killed.glob("run/checkpoints/*")) and process.poll() is None:
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert loopsim.open(killed / "run").status == "interrupted"
    assert started("resume", "run", cwd=killed).wait() == 0
    assert hashes(killed / "run") == hashes(whole / "run")

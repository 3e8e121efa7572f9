"""A study whose runs count themselves."""

import sys
from pathlib import Path

import pytest

from loopsim.engines import Job, Serial
from loopsim.scenario import Scenario
from loopsim.studies import Study

sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))
from engine_jobs import table

PLAN = {
    "name": "small",
    "rounds": 4,
    "environment": {"kind": "lending", "people": 400, "apply": 0.5},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}},
}


@pytest.fixture
def scenario():
    return Scenario.parse(PLAN)


@pytest.fixture
def jobs(tmp_path):
    """Runs of `table` with seeds 0 .. n − 1. They note themselves in a file."""

    def made(n, **more):
        return [Job(i, table, ({"seed": i, **more}, str(tmp_path))) for i in range(n)]

    return made


@pytest.fixture
def ask(tmp_path, jobs):
    """Ask a study for such runs; their outcomes in order."""

    def asked(n, engine=None, folder="study", **more):
        told = Study(tmp_path / folder, engine or Serial()).stream(jobs(n, **more))
        return sorted(told, key=lambda outcome: outcome.number)

    return asked


@pytest.fixture
def noted(tmp_path):
    """The seeds of the runs that there were so far, in their order."""
    path = tmp_path / "noted"
    return lambda: [int(n) for n in path.read_text().split()[::2]] if path.exists() else []

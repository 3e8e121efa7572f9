"""A package from outside adds a world by an entry point: it is listed, checked and run.

The package is laid out as an installer leaves it, a module beside a dist-info folder, and is used
in processes of its own, so nothing that this process knows can help.
"""

import json
import os
import subprocess
import sys

import pytest

SETTINGS = '''
"""The settings of a world that somebody else made."""

from typing import Literal

from pydantic import Field

from loopsim.settings import Kind


class Lottery(Kind):
    """People who win or lose by chance, whatever was decided."""

    kind: Literal["lottery"] = "lottery"
    people: int = Field(500, ge=1, description="people")
    chance: float = Field(0.6, ge=0, le=1, description="probability of the good outcome")

    def build(self, strengths):
        from lottery_world.world import LotteryWorld

        return LotteryWorld(self, strengths)
'''
WORLD = '''
"""The world itself: imported when it is built."""

import numpy as np

from loopsim import Edge, Edges, Population
from loopsim.draws import Stream
from loopsim.edges import LOOPS
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema

NONE = {name: Edge(name, closed="nothing", cut="nothing", blend="share") for name in LOOPS}
EDGES = Edges(**NONE)


class LotteryWorld:
    name, groups, schema, money = "lottery", ("all of them",), Schema(("ticket",)), Money()

    def __init__(self, settings, strengths):
        self.settings, self.edges = settings, EDGES.with_strengths(strengths)

    def populate(self, draws):
        return Population(np.arange(self.settings.people))

    def group(self, people, rows):
        return np.zeros(len(people), dtype=np.int8)[rows]

    def arrivals(self, people, draws, t):
        return np.arange(len(people))

    def features(self, people, rows, draws, t):
        return draws.uniform(Stream.FEATURE, t, people.ids[rows])[:, None]

    def outcomes(self, people, cases, draws):
        probability = np.full(len(cases), self.settings.chance)
        u = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        good = (u < probability).astype(np.int8)
        return Outcomes(good, probability, good)

    def respond(self, people, cases, outcomes, draws):
        pass

    def truth(self, people):
        return {"chance": np.full(len(people), self.settings.chance)}
'''
ENTRY_POINTS = "[loopsim.environment]\nlottery = lottery_world:Lottery\n"
METADATA = "Metadata-Version: 2.1\nName: lottery-world\nVersion: 1.0\n"
SCENARIO = """
name: drawn
rounds: 4
environment: {kind: lottery, people: 300, chance: 0.8}
policy: {kind: everyone}
observed: {minimum: 10}
shocks: [{at: 2, set: environment.chance, to: 0.1}]
"""


@pytest.fixture
def loopsim(tmp_path):
    """The command line in a folder with a scenario, the package installed beside it."""
    site = tmp_path / "site"
    files = {
        site / "lottery_world" / "__init__.py": SETTINGS,
        site / "lottery_world" / "world.py": WORLD,
        site / "lottery_world-1.0.dist-info" / "METADATA": METADATA,
        site / "lottery_world-1.0.dist-info" / "entry_points.txt": ENTRY_POINTS,
        tmp_path / "drawn.yaml": SCENARIO,
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(*words, installed=True):
        command = [sys.executable, "-c", "from loopsim.cli import main; main()", *words]
        paths = [str(site)] * installed + [os.environ.get("PYTHONPATH", "")]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    return run


def test_its_kind_is_listed_with_its_first_line(loopsim):
    kinds = json.loads(loopsim("list", "environment", "--json").stdout)["environment"]
    assert kinds["lottery"] == "People who win or lose by chance, whatever was decided."
    assert "lending" in kinds


def test_it_runs_without_code_and_its_parameters_can_be_shocked(loopsim):
    done = loopsim("run", "drawn.yaml", "--out", "run", "--json", "--no-report")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["decisions"] == 4 * 300
    assert facts["true"]["chance"]["all of them"] == pytest.approx((0.8 + 0.8 + 0.1 + 0.1) / 4)


def test_its_twins_run_in_worker_processes(loopsim):
    words = "--loop feature --seeds 2 --workers 2 --metric true.precision --json".split()  # noqa: SIM905
    done = loopsim("cut", "drawn.yaml", *words)
    assert done.returncode == 0, done.stderr
    effects = json.loads(done.stdout.splitlines()[-1])["effects"]
    assert all(row["effect"] == 0.0 for row in effects)


def test_its_parameters_are_checked_like_any_other(loopsim):
    wrong = loopsim("check", "drawn.yaml", "--set", "environment.chance=2")
    assert wrong.returncode == 2
    assert "environment.chance = 2" in wrong.stderr


def test_without_the_package_the_kind_is_unknown(loopsim):
    unknown = loopsim("check", "drawn.yaml", installed=False)
    assert unknown.returncode == 2
    assert "drawn.yaml:4: environment.kind = lottery: no such environment" in unknown.stderr

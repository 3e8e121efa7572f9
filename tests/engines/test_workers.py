"""Worker processes may run what this one may, know what it knows, or say so."""

from typing import Literal

import pytest
from typer.testing import CliRunner

import loopsim
from loopsim import registry
from loopsim.cli import app
from loopsim.cli.new import new
from loopsim.environments.lending.settings import Lending
from loopsim.errors import InputError, PluginError


@pytest.fixture
def school(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new("environment", "school")
    return loopsim.Scenario.load("scenario.yaml", {"rounds": 2})


def test_the_twins_of_an_own_world_run_side_by_side(school):
    one, two = (
        loopsim.cut(school, ["feature"], seeds=2, workers=n, code=["school.py"]) for n in (1, 2)
    )
    assert one.series.equals(two.series)
    assert "true.skill" in one.metrics  # what only this world measures is chosen by itself
    assert "true.repayment" not in one.metrics


def test_loopsim_cut_takes_code(school):
    words = ["cut", "scenario.yaml", "--loop", "feature", "--seeds", "2", "--workers", "2"]
    words += ["--set", "rounds=2"]
    refused = CliRunner().invoke(app, words)
    assert isinstance(refused.exception, InputError)
    assert "add --code" in str(refused.exception)
    done = CliRunner().invoke(app, [*words, "--code", "school.py"])
    assert done.exit_code == 0, done.output
    assert "true.skill" in done.output


def test_a_kind_that_only_this_process_knows_is_told_before_anything_runs(monkeypatch):
    class Hidden(Lending):
        kind: Literal["hidden"] = "hidden"

    monkeypatch.setattr(registry, "_added", {})
    registry.add("environment", Hidden)
    plan = {"name": "x", "rounds": 1, "environment": {"kind": "hidden", "people": 200}}
    scenario = loopsim.Scenario.parse(plan)
    with pytest.raises(InputError, match=r"hidden.*\n.*workers = 1"):
        loopsim.cut(scenario, ["feature"], seeds=2, workers=2)
    assert loopsim.cut(scenario, ["feature"], seeds=2, workers=1).name == "x"


def test_what_fails_in_a_worker_is_told_as_if_it_had_failed_here(school):
    with open("school.py", "a") as file:
        file.write(
            "\n\nclass Broken(School):\n    def arrivals(self, people, draws, t):\n"
            "        if t:\n            raise ValueError('no more')\n"
            "        return super().arrivals(people, draws, t)\n"
        )
    scenario = school.replace(**{"environment.name": "Broken"})
    with pytest.raises(PluginError, match=r"school .*in round 1: ValueError: no more") as caught:
        loopsim.cut(scenario, ["feature"], seeds=2, workers=2, code=["school.py"])
    assert (caught.value.name, caught.value.round) == ("school", 1)

"""What `loopsim new` writes runs as it is, and nothing is overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopsim.cli import app
from loopsim.errors import InputError
from loopsim.scenario import Scenario


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def new(*words):
    result = CliRunner().invoke(app, ["new", *words])
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("words", [["my.yaml"], ["scenario", "my.yaml"]])
def test_a_new_scenario_is_sound(words):
    assert new(*words) == "wrote my.yaml\n"
    assert Scenario.load("my.yaml").name == "my"


def test_a_new_environment_passes_its_test_and_runs_as_it_is_told_to():
    said = new("environment", "evening_school", "--out", "school")
    commands = [line.split() for line in said.splitlines() if line.startswith("  ")]
    assert [words[:2] for words in commands[:2]] == [["loopsim", "run"], ["loopsim", "cut"]]
    short = ["--set", "rounds=2", "--set", "environment.parameters.people=300"]
    result = CliRunner().invoke(app, [*commands[0][1:], *short, "--out", "run", "--no-report"])
    assert result.exit_code == 0, result.output
    assert "evening_school" in result.output
    command = [sys.executable, *commands[2][1:], "-p", "no:cacheprovider"]
    tested = subprocess.run(command, capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout
    assert "2 passed" in tested.stdout


def test_the_new_name_is_everywhere():
    new("environment", "evening_school")
    for file in ("evening_school.py", "scenario.yaml", "test_evening_school.py"):
        text = Path(file).read_text()
        assert "EveningSchool" in text
        assert "template" not in text.lower()


REFUSED = {
    "blank": ("evening school", "such as evening_school"),
    "digit": ("3school", "must be a Python name"),
    "keyword": ("class", "such as my_world"),
    "module": ("numpy", "such as my_numpy"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_name_that_cannot_be_a_module_of_ones_own_is_refused(how, tmp_path):
    name, said = REFUSED[how]
    with pytest.raises(InputError, match=said):
        new("environment", name)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["school.py", "scenario.yaml", "test_school.py"])
def test_nothing_is_overwritten_and_nothing_written_beside_it(there, tmp_path):
    Path(there).write_text("mine")
    with pytest.raises(InputError, match=f"{there}: exists already"):
        new("environment", "school")
    assert [file.name for file in tmp_path.iterdir()] == [there]
    assert Path(there).read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["environment"], "needs a name, such as loopsim new environment my_world"),
        (["scenario"], "needs the file to write"),
        (["world", "school"], "must be one of scenario, environment"),
        (["my.yaml", "--out", "x"], "--out x: for an environment"),
        (["no/my.yaml"], "no: no such folder"),
        (["environment", "school", "--out", "taken"], "--out taken: not a folder"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(words, said):
    Path("taken").write_text("")
    with pytest.raises(InputError, match=said):
        new(*words)

"""loopsim lineage."""

import json

import pytest
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.errors import InputError, RunFolderError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    scenario = loopsim.Scenario.parse(
        {
            "name": "lineage",
            "rounds": 8,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {
                "rule": {"kind": "every", "rounds": 3},
                "history": {"rows": 300},
                "gate": {"kind": "better", "margin": 0.5},
                "holdout": 0.3,
            },
        }
    )
    return loopsim.run(scenario, out=tmp_path_factory.mktemp("lineage") / "run").folder


def told(*arguments):
    result = CliRunner().invoke(app, ["lineage", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_table_has_versions_and_what_was_refused(folder):
    text = told(folder)
    assert "Versions" in text and "history" in text
    assert "Candidates that did not go live" in text and "every 3 rounds" in text


def test_json_has_everything(folder):
    facts = json.loads(told(folder, "--json"))
    assert [r["version"] for r in facts["versions"]] == [1]
    assert [e["round"] for e in facts["refused"]] == [3, 6]
    assert facts["folder"] == str(folder)


def test_one_version_with_its_line(folder):
    text = told(folder, "--version", 1)
    assert "Version 1" in text and "their hash" in text and "thresholds" in text
    line = json.loads(told(folder, "--version", 1, "--json"))
    assert [r["version"] for r in line["ancestors"]] == [1]


def test_one_decision_with_what_it_depended_on(folder):
    number = int(loopsim.open(folder).predictions()["prediction_id"].iloc[-1])
    text = told(folder, "--prediction", number)
    assert f"Prediction {number}" in text and "line of versions" in text and "software" in text
    facts = json.loads(told(folder, "--prediction", number, "--json"))
    assert facts["prediction"]["prediction_id"] == number


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--version", 9), "version 9: no such version in this run; there are 1 to 1"),
        (("--prediction", 1 << 50), "no such prediction_id"),
        (("--version", 1, "--prediction", 2), "give one of them"),
    ],
)
def test_what_is_not_there_is_told(folder, arguments, message):
    with pytest.raises(InputError, match=message):
        told(folder, *arguments)


def test_a_folder_that_is_no_run_is_told(tmp_path):
    with pytest.raises(RunFolderError, match="no such run folder"):
        told(tmp_path / "nothing")

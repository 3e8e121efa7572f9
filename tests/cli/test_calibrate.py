"""loopsim calibrate: what a person sees, and what a program reads."""

import json
import re
import sys

import numpy as np
import pandas as pd
import pytest

from loopsim.cli import main


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = np.random.default_rng(0)
    n = 900
    frame = pd.DataFrame(
        {
            "income": rng.gamma(3.0, 1.5, n).round(3),
            "region": rng.integers(1, 4, n),
            "sex": rng.choice(["f", "m"], n),
        }
    )
    bad = rng.random(n) > 1 / (1 + np.exp(1.0 - 0.5 * frame["income"]))
    frame["default"], frame["arrears"] = bad.astype(int), bad.astype(int)
    path = tmp_path_factory.mktemp("data") / "people.csv"
    frame.to_csv(path, index=False)
    return path


def loopsim(monkeypatch, *words) -> int:
    monkeypatch.setattr(sys, "argv", ["loopsim", "calibrate", "lending", *map(str, words)])
    with pytest.raises(SystemExit) as done:
        main()
    return int(done.value.code or 0)


def test_every_option_of_the_function_arrives(file, tmp_path, monkeypatch, capsys):
    out = tmp_path / "world"
    status = loopsim(
        monkeypatch, file, "--label", "default", "--bad", "1", "--group", "sex", "--out", out,
        "--features", "income, region,arrears", "--categories", "region", "--hidden", "1.2",
        "--by-group", "--allow-leak", "arrears", "--seed", "3", "--json",
    )  # fmt: skip
    said = capsys.readouterr()
    assert status == 0
    report = json.loads(said.out.splitlines()[-1])
    assert report["scenario"] == str(out / "scenario.yaml")
    law = json.loads((out / "law.json").read_text())
    assert [feature["name"] for feature in law["features"]] == ["income", "region", "arrears"]
    assert law["features"][1]["levels"] == ["1", "2", "3"]
    assert (law["hidden"], law["made_from"]["seed"]) == (1.2, 3)
    assert len(law["law"]["intercept"]) == 2
    steps = re.findall(r"^ +\d+\.\d s  (\w+)", said.err, re.MULTILINE)
    assert steps == ["starting", "reading", "fitting", "cross", "lending"]


def test_a_person_reads_the_figures_and_the_next_command(file, tmp_path, monkeypatch, capsys):
    words = [file, "--label", "default", "--bad", "1", "--features", "income"]
    assert loopsim(monkeypatch, *words, "--out", tmp_path / "world") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("law")
    assert lines[-1] == f"next: loopsim run {tmp_path / 'world' / 'scenario.yaml'}"


def test_what_cannot_be_used_is_told_at_once_and_nothing_is_written(
    file, tmp_path, monkeypatch, capsys
):
    status = loopsim(
        monkeypatch, file, "--label", "default", "--bad", "1", "--group", "sx", "--hidden", "9",
        "--seed", "-1", "--categories", "regio", "--out", tmp_path / "world",
    )  # fmt: skip
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert "group 'sx': no such column" in said.err
    assert "did you mean 'region'?" in said.err
    assert "alone it has AUC 1.000" in said.err
    assert "--allow-leak arrears" in said.err
    assert "hidden = 9: must be a number from 0 to 5" in said.err
    assert "seed = -1: must be a whole number from 0 up" in said.err
    assert list(tmp_path.iterdir()) == []


def test_help_shows_a_whole_command_and_every_option(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    assert loopsim(monkeypatch, "--help") == 0
    text = capsys.readouterr().out
    assert "loopsim calibrate lending people.csv --label default --bad 1" in text
    for option in ("group", "features", "categories", "hidden", "by-group", "allow-leak", "seed"):
        assert f"--{option}" in text

"""loopsim calibrate recommender and fraud: what a person sees, and what a program reads."""

import json
import re
import sys

import numpy as np
import pandas as pd
import pytest

from loopsim.cli import main


def loopsim(monkeypatch, *words) -> int:
    monkeypatch.setattr(sys, "argv", ["loopsim", "calibrate", *map(str, words)])
    with pytest.raises(SystemExit) as done:
        main()
    return int(done.value.code or 0)


@pytest.fixture(scope="module")
def ratings(tmp_path_factory):
    rng = np.random.default_rng(0)
    users = np.repeat(np.arange(120), 20)
    items = np.concatenate([rng.permutation(40)[:20] for _ in range(120)])
    table = pd.DataFrame({"who": users, "film": items, "stars": rng.integers(1, 6, users.size)})
    table["when"] = rng.integers(0, 10**6, users.size)
    table["side"] = np.where(users < 60, "a", "b")
    path = tmp_path_factory.mktemp("data") / "ratings.csv"
    table.to_csv(path, index=False)
    films = pd.DataFrame({"film": np.arange(40), "genre": np.array(["x", "y"])[np.arange(40) % 2]})
    films.to_csv(path.parent / "films.csv", index=False)
    return path


@pytest.fixture(scope="module")
def payments(tmp_path_factory):
    rng = np.random.default_rng(0)
    n = 4000
    table = pd.DataFrame({"card": rng.integers(0, 80, n), "shop": rng.integers(0, 40, n)})
    table["amount"] = rng.gamma(2.0, 20.0, n).round(2)
    table["when"] = rng.integers(0, 40 * 86_400, n)
    table["bad"] = np.where(rng.random(n) < 0.05, "yes", "no")
    path = tmp_path_factory.mktemp("data") / "payments.csv"
    table.to_csv(path, index=False)
    return path


def test_a_recommender_world_comes_from_the_command_line(ratings, tmp_path, monkeypatch, capsys):
    out = tmp_path / "world"
    status = loopsim(
        monkeypatch, "recommender", ratings, "--user", "who", "--item", "film", "--rating", "stars",
        "--time", "when", "--items", ratings.parent / "films.csv", "--attributes", "genre",
        "--group", "side", "--factors", "4", "--seed", "3", "--out", out, "--json",
    )  # fmt: skip
    said = capsys.readouterr()
    assert status == 0
    assert json.loads(said.out.splitlines()[-1])["scenario"] == str(out / "scenario.yaml")
    made = json.loads((out / "faithfulness.json").read_text())
    assert made["made_from"]["factors"] == 4
    assert made["made_from"]["seed"] == 3
    assert [g["group"] for g in made["groups"]] == ["a", "b"]
    steps = re.findall(r"^ +\d+\.\d s  (\w+)", said.err, re.MULTILINE)
    assert steps == ["starting", "reading", "fitting", "fitting", "fitting", "living"]


def test_a_fraud_world_comes_from_the_command_line(payments, tmp_path, monkeypatch, capsys):
    out = tmp_path / "world"
    status = loopsim(
        monkeypatch, "fraud", payments, "--card", "card", "--terminal", "shop", "--amount",
        "amount", "--time", "when", "--label", "bad", "--fraud", "yes", "--seed", "3", "--out", out,
    )  # fmt: skip
    said = capsys.readouterr()
    assert status == 0
    assert said.out.splitlines()[-1] == f"next: loopsim run {out / 'scenario.yaml'}"
    assert "as in the handbook" in said.out
    steps = re.findall(r"^ +\d+\.\d s  (\w+)", said.err, re.MULTILINE)
    assert steps == ["starting", "reading", "fitting", "living"]


def test_what_cannot_be_used_is_told_at_once_and_nothing_is_written(
    ratings, payments, tmp_path, monkeypatch, capsys
):
    words = ["--user", "whom", "--item", "film", "--time", "when", "--factors", "0"]
    assert loopsim(monkeypatch, "recommender", ratings, *words, "--out", tmp_path / "a") == 2
    said = capsys.readouterr().err
    assert "user 'whom': no such column" in said
    assert "factors = 0: must be a whole number from 2 to 256" in said
    words = ["--card", "card", "--terminal", "shp", "--amount", "amount", "--time", "when"]
    words += ["--label", "bad"]
    assert loopsim(monkeypatch, "fraud", payments, *words, "--out", tmp_path / "b") == 2
    said = capsys.readouterr().err
    assert "did you mean 'shop'?" in said
    assert "fraud = '1': not a value of label 'bad'" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("world", "options"),
    [
        ("recommender", "user item rating click time position items attributes creator users group "
         "factors seed out json"),
        ("fraud", "card terminal amount time label fraud group seed out json"),
    ],
)  # fmt: skip
def test_help_shows_a_whole_command_and_every_option(world, options, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    assert loopsim(monkeypatch, world, "--help") == 0
    text = capsys.readouterr().out
    assert f"loopsim calibrate {world} " in text
    for option in options.split():
        assert f"--{option}" in text

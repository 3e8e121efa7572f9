"""loopsim compare: a table, a verdict, a page."""

import json

import pytest
from typer.testing import CliRunner

from loopsim.cli import app
from loopsim.errors import InputError

PLAN = """
name: often
rounds: 4
environment: {kind: lending, people: 600, apply: 0.5}
training: {rule: {kind: every, rounds: 2}, history: {rows: 300}}
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(PLAN)
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nname: never\ntraining: {rule: never}\n")
    return ["a.yaml", "b.yaml"]


def compare(*words):
    done = CliRunner().invoke(app, ["compare", *words, "--seeds", "2", "--workers", "1"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_table_the_verdict_and_the_page(files, tmp_path):
    said = compare(*files, "--stress", "noisy: labels.noise=0.2", "--objective", "true.auc")
    assert "often − never" in said and "noisy" in said and "refits" in said
    assert "p corrected for 2 comparisons (Holm)" in said
    assert "Cannot tell" in said or "wins on true.auc" in said
    place = tmp_path / "results" / "runs" / "compare-often-never"
    assert {f.name for f in place.iterdir()} == {"comparison.html", "comparison.png", "runs.csv"}
    page = (place / "comparison.html").read_text()
    assert '<img src="data:image/png;base64,' in page and "http" not in page
    assert "training.rule.kind = never" in page and "labels.noise = 0.2" in page
    assert "loopsim compare a.yaml b.yaml --objective true.auc --seeds 2" in page


def test_json_ends_with_one_object(files):
    told = json.loads(compare(*files, "--json", "--out", "here", "--set", "rounds=3"))
    assert told["page"] == "here/comparison.html" and told["arms"] == ["often", "never"]


def test_bad_input_is_told_before_anything_is_written(files, tmp_path):
    with pytest.raises(InputError, match=r"did you mean 'true.auc'"):
        compare(*files, "--objective", "true.acu", "--out", "here")
    with pytest.raises(InputError, match="--stress"):
        compare(*files, "--stress", "noisy", "--out", "here")
    assert not (tmp_path / "here").exists()

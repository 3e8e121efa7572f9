"""loopsim sensitivity: a table, sentences, a page."""

import json

import pytest
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.errors import InputError

PLAN = """
name: small
rounds: 2
environment: {kind: lending, people: 300, apply: 0.5}
training: {rule: {kind: every, rounds: 2}, history: {rows: 300}}
"""
OVER = ("--over", "policy.explore=0:0.2", "--over", "labels.noise=0:0.1")
FEW = ("--samples", "2", "--seeds", "2", "--workers", "1", "--study", "kept")
ASK = (*OVER, "--metric", "true.approval", *FEW)


@pytest.fixture
def ask(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(PLAN)

    def asked(*words):
        done = CliRunner().invoke(app, ["sensitivity", "small.yaml", *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return asked


def test_the_table_the_page_and_the_study(ask, tmp_path):
    said = ask(*ASK)
    assert "small: morris" in said and "mu_star" in said and "sigma_by_seeds" in said
    assert "true.approval depends most on" in said and "of the variance between" in said
    place = tmp_path / "results" / "runs" / "sensitivity-small"
    assert {f.name for f in place.iterdir()} == {
        "report.html", "sensitivity.png", "sensitivity.json", "runs.csv",
    }  # fmt: skip
    runs = loopsim.Study.open("kept").counts()["finished"].sum()
    told = json.loads(ask(*ASK, "--json", "--out", "here"))
    assert told["runs"] == runs == loopsim.Study.open("kept").counts()["finished"].sum()
    assert told["page"] == "here/report.html" and told["method"] == "morris"


def test_bad_input_is_told_before_anything_is_written(ask, tmp_path):
    for words, said in [
        (("--over", "labels.nois=0:0.1"), "did you mean 'noise'"),
        (("--over", "labels.noise"), "must be KEY=LOW:HIGH"),
        (("--method", "sobol", "--samples", "12"), "power of 2"),
    ]:
        with pytest.raises(InputError, match=said):
            ask(*FEW, *(() if words[0] == "--over" else OVER), *words)
    assert not (tmp_path / "results").exists()

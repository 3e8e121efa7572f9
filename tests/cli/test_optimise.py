"""loopsim optimise: a table, a verdict, a page; nothing of the library's own log."""

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
OVER = ("--over", "policy.explore=0:0.2", "--over", "policy=break-even,everyone")
FEW = ("--trials", "3", "--seeds", "2", "--held-out", "2", "--workers", "1", "--study", "kept")


@pytest.fixture
def ask(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(PLAN)

    def asked(*words):
        done = CliRunner().invoke(app, ["optimise", "small.yaml", *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return asked


def test_the_table_the_verdict_the_page_and_the_study(ask, tmp_path):
    done = ask(*OVER, *FEW, "--limit", "true.approval>=0", "--objective", "true.profit")
    said = done.stdout
    assert "3 trials on 2 seeds" in said and "held out (2)" in said and "kept" in said
    assert "on held-out seeds" in said or "Cannot tell" in said
    assert "The point: policy = " in said and "Trial 0 finished" not in done.stderr
    place = tmp_path / "results" / "runs" / "optimise-small"
    assert "what is best?" in (place / "report.html").read_text()
    runs = loopsim.Study.open("kept").counts()["finished"].sum()
    told = json.loads(ask(*OVER, *FEW, "--objective", "true.profit", "--json").stdout)
    assert told["objective"] == "true.profit" and told["limits"] == []
    assert {*told["best"]} == {"policy", "policy.explore"}
    assert loopsim.Study.open("kept").counts()["finished"].sum() >= runs


def test_bad_input_is_told_before_anything_is_written(ask, tmp_path):
    for words, said in [
        ((*OVER, "--limit", "observed.approval"), "must be FIGURES <= NUMBER"),
        (("--over", "policy.explore"), "must be KEY=LOW:HIGH"),
        ((*OVER, "--objective", "true.profi"), "did you mean 'true.profit'"),
    ]:
        with pytest.raises(InputError, match=said):
            ask(*FEW, *words)
    assert not (tmp_path / "results").exists()

"""A sweep: every point, the same seeds, paired changes, a page."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.errors import InputError
from loopsim.studies.sweep import grid

VALUES = {"policy.explore": [0.0, 0.3]}
PLAN = """
name: small
rounds: 4
environment: {kind: lending, people: 400, apply: 0.5}
training: {rule: {kind: every, rounds: 2}, history: {rows: 300}}
"""


def test_the_change_from_the_first_point_is_paired(scenario):
    made = loopsim.sweep(scenario, VALUES, "true.approval", seeds=3, engine="serial")
    first, second = made.table.to_dict("records")
    wide = made.runs.pivot(index="seed", columns="point", values="true.approval")
    assert second["mean"] == pytest.approx(wide[1].mean(), rel=1e-12)
    assert second["change"] == pytest.approx((wide[1] - wide[0]).mean(), rel=1e-12)
    assert np.isnan(first["change"]) and first["seeds"] == 3
    spread = (wide[1] - wide[0]).std(ddof=1) / np.sqrt(3)
    half = (second["change_high"] - second["change_low"]) / 2
    assert half / spread == pytest.approx(4.303, abs=1e-3)  # t of 2 degrees of freedom, 97.5%


def test_combinations_and_lists(scenario):
    two = {"policy.explore": [0.0, 0.3], "labels.noise": [0.0, 0.1]}
    both = loopsim.sweep(scenario, two, "true.approval", 1, engine="serial")
    side = loopsim.sweep(scenario, two, "true.approval", 1, listed=True, engine="serial")
    assert len(both.points) == 4 and len(side.points) == 2
    assert side.runs["true.approval"].tolist() == both.runs["true.approval"].iloc[[0, 3]].tolist()


@pytest.mark.parametrize(
    ("values", "listed", "said"),
    [
        ({}, False, "nothing to sweep"),
        ({"a": 3}, False, "must be a list of values"),
        ({"a": []}, False, "must be a list of values"),
        ({"a": [1, 2], "b": [1]}, True, "a has 2, b has 1"),
        ({"a": [1, 2, 1]}, False, "a = 1: this point is asked for twice"),
    ],
)
def test_points_that_cannot_be(values, listed, said):
    with pytest.raises(InputError, match=said):
        grid.points(values, listed)


@pytest.mark.parametrize(
    "values",
    [
        VALUES,
        {"policy.kind": ["everyone", "nobody"]},
        {"policy.explore": [0.0, 0.3], "labels.noise": [0.0, 0.1]},
        {"policy.explore": [0.0, 0.1], "labels.noise": [0.0, 0.01, 0.02, 0.03, 0.04, 0.05]},
    ],
    ids=["line", "list", "lines", "map"],
)
def test_every_kind_of_figure_has_the_same_bytes_each_time(scenario, values, tmp_path):
    short = scenario.replace(rounds=2)
    made = loopsim.sweep(short, values, ["true.approval", "true.auc"], 2, engine="serial")
    one, two = (made.figure(tmp_path / name).read_bytes() for name in ("a.png", "b.png"))
    assert one == two and one.startswith(b"\x89PNG")


@pytest.fixture
def typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(PLAN)

    def type_in(*words):
        done = CliRunner().invoke(app, [*words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return type_in


SWEEP = ("sweep", "small.yaml", "--set", "policy.explore=0,0.3", "--seeds", "2", "--workers", "1")


def test_the_table_the_page_and_the_study(typed, tmp_path):
    said = typed(*SWEEP, "--set", "rounds=3", "--metric", "true.approval", "--study", "kept")
    assert "policy.explore" in said and "true.approval is lowest at policy.explore" in said
    place = tmp_path / "results" / "runs" / "sweep-small"
    assert {f.name for f in place.iterdir()} == {
        "report.html", "sweep.png", "sweep.json", "runs.csv",
    }  # fmt: skip
    page = (place / "report.html").read_text()
    assert "1 of 1 points differ" in page or "0 of 1 points differ" in page
    assert loopsim.Study.open("kept").counts()["finished"].tolist() == [4]
    told = json.loads(typed(*SWEEP, "--set", "rounds=3", "--study", "kept", "--json"))
    assert told["runs"] == 4 and loopsim.Study.open("kept").counts()["finished"].tolist() == [4]
    assert "run" in typed("study", "kept") and "4" in typed("study", "kept")


@pytest.mark.parametrize(
    "words",
    [
        ("cut", "small.yaml", "--loop", "outcome", "--metric", "true.score", "--out", "a.png"),
        ("attribute", "small.yaml", "--loops", "outcome", "--metric", "true.score"),
        ("compare", "small.yaml", "other.yaml"),
    ],
    ids=lambda words: words[0],
)
def test_verbs_keep_their_runs_and_say_the_same_again(typed, tmp_path, words):
    (tmp_path / "other.yaml").write_text(PLAN.replace("small", "other") + "policy: everyone\n")
    words = (*words, "--seeds", "2", "--workers", "1")
    plain = typed(*words)
    assert typed(*words, "--study", "kept") == plain == typed(*words, "--study", "kept")
    study = loopsim.Study.open("kept")
    assert len(list(study.folder.logged())) == study.counts()["finished"].sum() == 4


def test_bad_input_is_told_before_anything_runs(typed, tmp_path):
    for words, said in [
        (("--set", "policy.explore"), "must be KEY=A,B"),
        (("--set", "policy.explore=0,[1"), "not valid YAML"),
        (("--set", "policy.explor=0,1"), "did you mean 'explore'"),
        (("--cluster", "here"), "must be an address such as tcp://"),
        (("--metric", "true.acu"), "did you mean 'true.auc'"),
    ]:
        with pytest.raises(InputError, match=said):
            typed("sweep", "small.yaml", "--set", "labels.noise=0,0.1", *words, "--study", "kept")
    with pytest.raises(InputError, match="give one"):
        typed(*SWEEP, "--cluster", "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="nothing to sweep"):
        typed("sweep", "small.yaml", "--set", "labels.noise=0.1")
    assert not (tmp_path / "kept" / "results").exists() and not (tmp_path / "results").exists()

"""loopsim attribute: a table, a page with its figure, the runs, JSON; and bad input."""

import json

import pytest

from loopsim.errors import InputError

PLAN = """
name: small
rounds: 6
environment: {kind: lending, people: 400, apply: 0.6, discouragement: 0.5}
training: {rule: {kind: every, rounds: 2}, history: {rows: 300}}
observed: {window: 2}
"""
WORDS = ["attribute", "small.yaml", "--loops", "feature,model", "--metric", "true.approval",
         "--seeds", "2", "--workers", "1"]  # fmt: skip


def test_the_table_the_page_the_figure_and_the_runs(here, typed):
    done = typed(*WORDS)
    assert done.exit_code == 0
    assert "small: all closed less all cut, 2 seeds" in done.output
    assert "feature × model" in done.output
    place = here / "results" / "runs" / "attribute-small"
    assert {f.name for f in place.iterdir()} == {
        "report.html", "attribution.png", "attribution.json", "runs.csv",
    }  # fmt: skip
    assert "which loop did it?" in (place / "report.html").read_text()
    rows = (place / "runs.csv").read_text().splitlines()
    assert rows[0] == "seed,closed,metric,value" and len(rows) == 1 + 2 * 4


def test_json_adds_up(here, typed):
    told = json.loads(typed(*WORDS, "--json").output)
    shares = [row["shapley"] for row in told["shapley"]]
    assert sum(shares) == pytest.approx(told["totals"][0]["total"])
    alone = [row["alone"] for row in told["shapley"]]
    pairs = [row["interaction"] for row in told["interactions"]]
    assert sum(alone) + sum(pairs) == pytest.approx(told["totals"][0]["total"])


def test_what_cannot_matter_is_left_out_and_said(here, typed):
    said = typed(*WORDS[:2], *WORDS[4:], "--set", "loops.sampling=0", "--loops",
                 "sampling,oversight,feature").output  # fmt: skip
    assert "left out: sampling: the scenario cuts it" in said
    assert "left out: oversight: there are no reviewers" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--loops", "modle"], "did you mean 'model'"),
        (["--loops", "oversight"], "no loop to attribute to"),
        (["--metric", "true.aproval"], "did you mean 'true.approval'"),
        (["--group", "green"], "no group 'green'"),
        (["--set", "rounds"], "must be KEY=VALUE"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(here, words, message, typed):
    with pytest.raises(InputError, match=message):
        typed(*WORDS, *words)
    assert not (here / "results").exists()

"""loopsim gain: a table, a page with its figure, JSON; and bad input before anything is written."""

import json

import pytest

from loopsim.errors import InputError

PLAN = """
name: small
rounds: 12
environment: {kind: lending, people: 400, apply: 0.6}
labels: {delay: {kind: fixed, rounds: 1}}
training: {rule: {kind: every, rounds: 2}, window: {kind: sliding, rounds: 3}, history: {rows: 300}}
"""
WORDS = ["gain", "small.yaml", "--push", "people", "--feature", "score", "--size", "10",
         "--metric", "true.feature.score", "--seeds", "2", "--workers", "1"]  # fmt: skip


def test_the_table_the_page_and_the_figure(here, typed):
    done = typed(*WORDS, "--loops", "feature")
    assert done.exit_code == 0
    said = done.output
    assert "small: a feature of everybody up by 10 in round 3; true.feature.score (all)" in said
    assert "all" in said and "feature alone" in said
    assert "verdicts rest on intervals that hold together for all 2" in said
    place = here / "results" / "runs" / "gain-small"
    assert {f.name for f in place.iterdir()} == {"report.html", "gain.png", "gain.json"}
    page = (place / "report.html").read_text()
    assert "does it run away?" in page and "data:image/png;base64," in page
    assert (place / "gain.png").read_bytes().startswith(b"\x89PNG")


def test_json_is_one_object_and_the_same_as_in_the_folder(here, typed):
    told = json.loads(typed(*WORDS, "--loops", "none", "--json", "--out", "there").output)
    assert told.pop("page") == "there/report.html"
    assert told == json.loads((here / "there" / "gain.json").read_text())
    assert [row["loops"] for row in told["gains"]] == ["all"] and told["seeds"] == [0, 1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--push", "scorse"], "did you mean 'scores'"),
        (["--group", "green"], "no group 'green'"),
        (["--feature", "scroe"], "did you mean 'score'"),
        (["--metric", "true.scor"], "did you mean 'true.score'"),
        (["--loops", "modle"], "did you mean 'model'"),
        (["--at", "11"], "must be before the last of the 12 rounds"),
        (["--size", "0"], "must be a number other than 0"),
        (["--generation", "0"], "generation = 0: must be at least 1"),
        (["--confidence", "0.3"], r"must be in \[0.5, 1\)"),
        (["--lags", "3", "--loops", "none"], "whole generations"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(here, words, message, typed):
    with pytest.raises(InputError, match=message) as told:
        typed(*WORDS, *words)
    assert told.value.exit_status == 2
    assert not (here / "results").exists()


def test_an_option_that_is_none_ends_with_status_2(here, typed):
    assert typed(*WORDS, "--pushes", "scores").exit_code == 2
    assert typed(*WORDS, "--seeds", "1").exit_code == 2

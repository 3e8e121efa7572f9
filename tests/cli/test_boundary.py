"""loopsim boundary: a bracket over one parameter, a map over two."""

import json

import pytest

from loopsim.errors import InputError, ScenarioError

PLAN = """
name: small
rounds: 12
environment: {kind: lending, people: 300, apply: 0.6, population: {kind: transunion-2003}}
policy: {kind: logistic, at: 0.8, slope: 20}
training: {rule: never, history: {rows: 300}}
"""
REPAID = "environment.moves.repaid.score"
WORDS = ["boundary", "small.yaml", "--parameter", REPAID, "--low", "0", "--high", "2",
         "--push", "people", "--feature", "score", "--size", "10", "--generation", "2",
         "--metric", "true.feature.score", "--seeds", "2", "--workers", "1",
         "--set", "environment.moves={repaid: {score: 1}}"]  # fmt: skip
MAP = ["--other", "loops.feature", "--other-low", "0.5", "--other-high", "1", "--steps", "2"]


def test_a_bracket_has_a_table_an_end_and_a_page(here, typed):
    done = typed(*WORDS)
    assert done.exit_code == 0 and "verdict" in done.output
    assert "it turns at" in done.output or "no boundary found" in done.output
    assert "95% for all verdicts together" in done.output
    place = here / "results" / "runs" / "boundary-small"
    assert {f.name for f in place.iterdir()} == {"report.html", "boundary.png", "boundary.json"}
    assert "where does it turn?" in (place / "report.html").read_text()


def test_a_map_has_a_point_for_each_pair_of_values(here, typed):
    told = json.loads(typed(*WORDS, *MAP, "--json").output)
    assert told["parameters"] == [REPAID, "loops.feature"] and len(told["points"]) == 4
    page = (here / "results" / "runs" / "boundary-small" / "report.html").read_text()
    assert "where is it stable?" in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--low", "3"], "low = 3.0: must be below high = 2.0"),
        (["--parameter", "environment.move"], "moves"),
        (["--width", "-1"], "width = -1.0: must be above 0"),
        (["--other", "loops.feature"], "needs --other-low and --other-high"),
        ([*MAP, "--other", "loops.featur"], "feature"),
        ([*MAP, "--other-low", "2"], "must be below"),
        ([*MAP, "--push", "peple"], "did you mean 'people'"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(here, words, message, typed):
    with pytest.raises((InputError, ScenarioError), match=message):
        typed(*WORDS, *words)
    assert not (here / "results").exists()

"""loopsim observe: a table, a sentence, a page with its figure, JSON; and bad input."""

import json

import pytest

from loopsim.errors import InputError

PLAN = """
name: small
rounds: 14
environment: {kind: lending, people: 1500, apply: 0.5, moves: {}}
policy: {kind: everyone}
labels: {delay: {kind: fixed, rounds: 2}}
training: {rule: never, history: {rows: 300}}
observed: {window: 1, minimum: 1}
shocks: [{at: 6, set: environment.economy, to: -2.0, why: recession}]
"""
WORDS = ["observe", "small.yaml", "--metric", "true.precision", "--seeds", "4", "--workers", "1"]


def test_the_table_the_answer_and_the_page(here, typed):
    done = typed(*WORDS)
    assert done.exit_code == 0
    assert "small: recession, from round 6 on; 4 seeds" in done.output
    assert "true.precision differs from round 6 on" in done.output
    place = here / "results" / "runs" / "observe-small"
    names = {"report.html", "observability.png", "observability.json"}
    assert {f.name for f in place.iterdir()} == names
    assert "how long before it shows?" in (place / "report.html").read_text()


def test_json_is_one_object(here, typed):
    told = json.loads(typed(*WORDS, "--json", "--out", "there").output)
    assert told["page"] == "there/report.html" and told["at"] == 6
    assert [row["measure"] for row in told["table"]] == [
        "true", "observed", "noticed", "delay", "share", "false", "harm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--loop", "modle"], "did you mean 'model'"),
        (["--set", "shocks=[]"], "nothing changes"),
        (["--metric", "true.precison"], "did you mean 'true.precision'"),
        (["--level", "2"], "level = 2.0"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(here, words, message, typed):
    with pytest.raises(InputError, match=message):
        typed(*WORDS, *words)
    assert not (here / "results").exists()


def test_too_few_seeds_end_with_status_2(here, typed):
    assert typed(*WORDS, "--seeds", "3").exit_code == 2

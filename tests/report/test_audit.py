"""The audit against a log small enough to count by hand, and against a whole run."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.errors import RunFolderError
from loopsim.report import audit_page
from loopsim.report.audit import audit
from loopsim.report.audit_tables import tables

# Eight cases, two reviewers: 0 departs from the advice twice, 1 never; case 5 was seen twice, and
# nobody had room for case 7. Outcomes of 0, 1, 2 and 5 came back.
LOOKS = pd.DataFrame(
    [
        # id stage     who  adv act reason       final cued minutes
        (0, "review", 0, 0, 1, "judgement", 1, True, 10.0),
        (1, "review", 0, 0, 1, "judgement", 1, True, 20.0),
        (2, "review", 0, 1, 1, "confirmed", 1, True, 30.0),
        (3, "review", 1, 0, 0, "confirmed", 0, False, 6.0),
        (4, "review", 1, 1, 1, "confirmed", 1, False, 6.0),
        (5, "review", 1, 1, 1, "confirmed", 1, False, 6.0),
        (5, "second", 0, 1, 0, "no adjudicator", 1, True, 6.0),
        (7, "review", np.nan, 1, 1, "no room", 1, True, 0.0),
    ],
    columns=[
        "prediction_id",
        "stage",
        "reviewer",
        "advised",
        "action",
        "reason",
        "final",
        "cued",
        "minutes",
    ],
).assign(round=[0, 0, 0, 0, 1, 1, 1, 1], version=1, waited=0.5)
CASES = pd.DataFrame(
    {
        "prediction_id": range(8),
        "round": [0, 0, 0, 0, 1, 1, 1, 1],
        "group": list("aabbaabb"),
        "score": [0.4, 0.5, 0.9, 0.1, 0.8, 0.7, 0.2, 0.9],
    }
)
LABELS = pd.DataFrame(
    [(0, 1, "outcome"), (1, 0, "outcome"), (2, 1, "outcome"), (5, 1, "outcome"), (3, 1, "review")],
    columns=["prediction_id", "label", "kind"],
)
METRICS = pd.DataFrame(
    [(t, "true", name, "all", value)
     for t, values in enumerate([(0.05, 0.02), (0.03, -0.02)])
     for name, value in zip(("profit", "regret"), values, strict=True)],
    columns=["round", "ledger", "metric", "group", "value"],
)  # fmt: skip


def by_hand(**columns):
    frames = {"reviews": LOOKS, "predictions": CASES, "feedback": LABELS, "metrics": METRICS}
    read = {name: lambda columns=None, f=f: f if columns is None else f[columns]
            for name, f in frames.items()}  # fmt: skip
    plan = SimpleNamespace(oversight=SimpleNamespace(wage=0.01), governance=None)
    return SimpleNamespace(folder="by hand", scenario=plan, **(read | columns))


@pytest.fixture
def facts():
    return audit(by_hand())


def test_the_desk_is_counted(facts):
    desk = facts["desk"]
    assert (desk["decisions"], desk["sent"], desk["reviewed"], desk["looks"]) == (8, 7, 6, 7)
    assert desk["no_room"]["share"] == pytest.approx(1 / 7)
    assert desk["changed"]["share"] == pytest.approx(2 / 6)
    assert desk["hours"] == pytest.approx(84 / 60)


def test_overrides_are_counted_by_reviewer_and_judged_by_outcomes_alone(facts):
    zero, one = facts["by"]["reviewer"]
    assert (zero["looks"], zero["override"]["share"], zero["stood"]) == (4, 0.75, 2)
    assert zero["right"]["share"] == 0.5 and zero["right"]["of"] == 2
    assert (one["looks"], one["override"]["share"], one["stood"]) == (3, 0.0, 0)
    assert one["right"]["share"] is None  # nothing to judge


def test_reasons_groups_and_stages_are_told_apart(facts):
    reasons = {row["reason"]: row for row in facts["by"]["reason"]}
    assert reasons["no room"]["looks"] == 1 and reasons["judgement"]["stood"] == 2
    assert reasons["no adjudicator"]["override"]["share"] == 1.0
    assert reasons["no adjudicator"]["stood"] == 0
    assert [row["looks"] for row in facts["by"]["group"]] == [5, 2]
    assert [row["stage"] for row in facts["by"]["stage"]] == ["review", "second"]


def test_the_value_of_review_is_against_the_best_threshold_with_the_wages_saved(facts):
    value = facts["value"]
    cost = [0.01 * 66 / 60 / 4, 0.01 * 18 / 60 / 4]
    assert value["profit"] == pytest.approx(0.04)
    assert value["best_threshold"] == pytest.approx((0.07 + 0.01) / 2)
    assert value["cost"] == pytest.approx(np.mean(cost))
    assert value["value"]["mean"] == pytest.approx(np.mean([-0.02 - cost[0], 0.02 - cost[1]]))


def test_against_another_run_the_rounds_are_paired():
    other = SimpleNamespace(folder="other", metric=lambda *_: np.array([0.03, 0.01]))
    against = audit(by_hand(), other)["value"]["against"]
    assert against["profit"] == pytest.approx(0.02)
    assert against["value"]["mean"] == pytest.approx(0.02 - 0.01 * 84 / 60 / 8)


def test_who_follows_more_of_the_advice_that_is_shown_has_a_difference(facts):
    cue = facts["cue"]
    assert cue["followed_shown"]["share"] == pytest.approx(1 / 3)
    assert cue["followed_blind"]["share"] == 1.0
    assert cue["difference"]["mean"] == pytest.approx(-2 / 3)


def stamped(departs, n=400):
    """One reviewer whose overrides are a function of the score; the advice is yes."""
    score = np.linspace(0.5, 1.0, n)
    action = 1 - departs(score).astype(int)
    looks = pd.DataFrame(
        {"prediction_id": range(n), "stage": "review", "reviewer": 3.0, "advised": 1,
         "action": action, "reason": np.where(action == 1, "confirmed", "judgement"),
         "final": action, "cued": True, "minutes": 5.0, "round": 0, "version": 1, "waited": 0.1}
    )  # fmt: skip
    cases = pd.DataFrame({"prediction_id": range(n), "round": 0, "group": "a", "score": score})
    frames = {"reviews": lambda: looks, "predictions": lambda c=None: cases[c] if c else cases}
    return audit(by_hand(**frames))["rubber_stamping"][0]


def test_a_rubber_stamp_is_one_who_hardly_ever_departs():
    assert stamped(lambda score: score < 0)["stamp"] is True
    assert stamped(lambda score: score < 0.55)["stamp"] is False


def test_who_weighs_evidence_departs_where_the_score_is_doubtful_and_habit_does_not():
    evidence = stamped(lambda score: score < 0.6)["doubtful_less_clear"]
    habit = stamped(lambda score: np.arange(score.size) % 5 == 0)["doubtful_less_clear"]
    assert evidence["mean"] == pytest.approx(0.4, abs=0.01) and evidence["low"] > 0.3
    assert habit["low"] < 0 < habit["high"] and abs(habit["mean"]) < 0.02


PLAN = {
    "name": "audited",
    "rounds": 8,
    "environment": {"kind": "lending", "people": 2000, "population": "synthetic", "apply": 0.5},
    "training": {"rule": {"kind": "every", "rounds": 3}, "history": {"rows": 500}},
    "oversight": {
        "kind": "desk",
        "route": {"kind": "band", "low": 0.5, "high": 0.99},
        "reviewers": {"kind": "team-of-50", "count": 10},
        "double": 0.3,
        "service": {"minutes": 2},
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return loopsim.run(loopsim.Scenario.parse(PLAN), out=tmp_path_factory.mktemp("audited") / "run")


def test_a_whole_run_is_audited_as_its_tables_say(run):
    facts = audit(run)
    looks = run.reviews()
    assert facts["desk"]["looks"] == looks["reviewer"].notna().sum()
    first = looks[looks["stage"] == "review"].set_index("prediction_id")
    second = looks[(looks["stage"] == "second") & looks["reviewer"].notna()]
    agreed = first.loc[second["prediction_id"], "action"].to_numpy() == second["action"]
    assert facts["agreement"]["cases"] == len(second) > 100
    assert facts["agreement"]["agreed"]["share"] == pytest.approx(agreed.mean())
    assert 0.1 < facts["agreement"]["krippendorff_alpha"] < 0.9
    regret = run.metric("true", "regret")
    assert facts["value"]["value"]["mean"] == pytest.approx(-regret.mean(), abs=1e-9)


def test_the_verb_prints_tables_and_writes_a_page_or_ends_with_one_json_object(run):
    said = CliRunner().invoke(app, ["audit", str(run.folder)], env={"COLUMNS": "140"})
    assert said.exit_code == 0, said.output
    for title in ("Did review pay?", "By reviewer", "Rubber-stamping", "Agreement"):
        assert title in said.output
    page = (run.folder / "audit.html").read_text()
    assert "By version" in page and "team-of-50" in page
    plain = CliRunner().invoke(app, ["audit", str(run.folder), "--json"])
    assert json.loads(plain.output.splitlines()[-1]) == json.loads(json.dumps(audit(run)))


def test_the_page_escapes_what_a_scenario_says(run):
    facts = audit(run)
    facts["by"]["group"][0]["group"] = "<b>"
    assert "&lt;b&gt;" in audit_page.write(run, facts).read_text()
    assert tables(facts)


def test_a_run_without_reviews_says_so(tmp_path):
    empty = loopsim.run(
        loopsim.Scenario.parse(PLAN | {"oversight": "none", "rounds": 1}), out=tmp_path / "run"
    )
    with pytest.raises(RunFolderError, match="no reviews in it"):
        audit(empty)

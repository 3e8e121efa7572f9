"""Each scenario shows what its comment tells to look at, in a short run of it."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.report.audit import audit

FOLDER = Path(__file__).parents[2] / "scenarios" / "oversight"
SHORT = {"rounds": 16, "environment.people": 6000, "training.history.rows": 1500}


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Makes the audit of a scenario, by its name and what is set."""
    folder = tmp_path_factory.mktemp("scenarios")

    def make(name, **changes):
        plan = loopsim.Scenario.load(FOLDER / f"{name}.yaml", SHORT | changes)
        out = folder / f"{name}{len(list(folder.iterdir()))}"
        return audit(loopsim.run(plan, out=out))

    return make


def test_automation_bias_makes_overrides_fall_and_without_habituation_they_do_not(facts):
    habit = {"oversight.reviewers.habituation": 0.005}  # the short run needs it quicker
    none = {"oversight.reviewers.habituation": 0.0}
    share = []
    for dial in (habit, none):
        versions = facts("automation_bias", **dial)["by"]["version"]
        share.append([row["override"]["share"] for row in versions])
    assert share[0][-1] < 0.6 * share[0][1]
    assert share[0][-1] < 0.7 * share[1][-1]


def test_those_who_override_by_habit_override_most_and_are_right_least(facts):
    found = facts("habit_override")
    people, stamps = found["by"]["reviewer"], found["rubber_stamping"]
    others, habit = people[:8], people[8:]
    most = max(row["override"]["share"] for row in others)
    assert min(row["override"]["share"] for row in habit) > most
    right = [np.mean([row["right"]["share"] for row in rows]) for rows in (habit, others)]
    assert right[0] < right[1] - 0.1
    apart = [
        [row["doubtful_less_clear"]["mean"] for row in rows] for rows in (stamps[8:], stamps[:8])
    ]
    assert np.mean(apart[0]) < np.mean(apart[1])


def test_two_pairs_of_eyes_undo_most_overrides_by_habit(facts):
    reasons = {row["reason"]: row for row in facts("habit_override", **{
        "oversight.override": "two-pairs"})["by"]["reason"]}  # fmt: skip
    assert reasons["not seconded"]["looks"] > reasons["habit"]["looks"]


def test_an_overloaded_desk_leaves_cases_to_the_model_and_a_smaller_share_is_reached(facts):
    people = {"environment.people": 10_000}
    left = facts("queue_overload", **people)["desk"]
    fewer = facts("queue_overload", **people, **{"oversight.route.share": 0.03})["desk"]
    assert left["no_room"]["share"] > 0.4 > 0.1 > fewer["no_room"]["share"]


def test_double_review_tells_how_far_fifty_agree_and_a_third_decides(facts):
    found = facts("double_review")
    assert found["agreement"]["cases"] > 300
    assert found["agreement"]["agreed"]["share"] == pytest.approx(0.75, abs=0.08)
    assert found["agreement"]["cohen_kappa"] == pytest.approx(0.49, abs=0.15)
    stages = {row["stage"]: row["looks"] for row in found["by"]["stage"]}
    apart = 1 - found["agreement"]["agreed"]["share"]
    assert stages["adjudication"] == pytest.approx(apart * stages["second"], rel=0.1)
    assert stages["appeal"] > 100

"""The topics' scenarios of fraud and recommender show what their comments say, in short runs."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import loopsim

ROOT = Path(__file__).parents[2]
FRAUD = {
    "rounds": 30, "environment.customers": 1000, "environment.terminals": 2000,
    "policy.cards": 40, "training.history.rows": 10_000,
}  # fmt: skip
SHOP = {"rounds": 30, "environment.users": 800}

AT_ONCE = [("training.gate.delay", 0)]


class Looks:
    """Counts each reviewer's looks and overrides."""

    def __init__(self):
        self.counts = np.zeros((10, 2))

    def on_reviews(self, sim, t, reviews, advised):
        np.add.at(self.counts[:, 0], reviews.reviewer, 1)
        np.add.at(self.counts[:, 1], reviews.reviewer, reviews.action != advised[reviews.at])


@cache
def ran(world, name, *changes):
    """(simulation, looks) of a short run."""
    looks = Looks()
    small = FRAUD if world == "fraud" else SHOP
    plan = loopsim.Scenario.load(ROOT / "scenarios" / world / f"{name}.yaml", small | dict(changes))
    return loopsim.Simulation(plan, [looks]).run(), looks.counts


def late(sim, ledger, metric, since=20):
    return float(np.nanmean(sim.series.values(ledger, metric)[since:]))


def kinds(sim):
    return [event["kind"] for event in sim.events]


def test_analysts_who_agree_by_habit_release_next_to_nothing_and_stop_more_honest_payments():
    own = [("oversight.reviewers.automation", 0), ("oversight.reviewers.habituation", 0)]
    biased, fair = ran("fraud", "automation_bias")[0], ran("fraud", "automation_bias", *own)[0]
    assert late(biased, "observed", "review.override") < 0.05
    assert late(fair, "observed", "review.override") > 0.08
    assert late(biased, "true", "wrongly_stopped") > late(fair, "true", "wrongly_stopped")
    assert late(biased, "true", "trust") < late(fair, "true", "trust")


def test_those_who_release_by_habit_release_most():
    looks = ran("fraud", "habit_override")[1]
    share = looks[:6, 1] / looks[:6, 0]
    assert share[4:].min() > share[:4].max() + 0.1


def test_one_analyst_leaves_alerts_that_six_would_reach():
    one = ran("fraud", "queue_overload", ("policy.cards", 60))[0]
    six = ran("fraud", "queue_overload", ("policy.cards", 60), ("oversight.reviewers.count", 6))[0]
    assert late(one, "observed", "review.reached") < 0.7
    assert late(six, "observed", "review.reached") > 0.97


def test_labels_of_a_month_ago_know_little_of_todays_fraud():
    soon = [("labels.delay.rounds", 7), ("environment.risk_delay", 7)]
    old, new = ran("fraud", "late_labels")[0], ran("fraud", "late_labels", *soon)[0]
    assert kinds(old).count("kept") == 3
    assert late(old, "true", "average_precision") < 0.7 * late(new, "true", "average_precision")


@pytest.mark.parametrize("rule", ["scheduled", "drift_triggered"])
def test_no_refit_finds_a_pattern_in_scams(rule):
    """What is lost is at least four fifths of what no refit at all loses."""
    longer = [("rounds", 45), ("environment.customers", 2000), ("environment.terminals", 4000)]
    never, fitted = (ran("fraud", n, *longer)[0] for n in ("silent_concept_drift", rule))
    assert len(never.versions) == 1 < len(fitted.versions)
    assert late(fitted, "true", "lost", 30) > 0.8 * late(never, "true", "lost", 30)
    calm = np.nanmean(never.series.values("true", "lost")[:25])
    assert late(never, "true", "lost", 30) > 1.8 * calm


@pytest.mark.parametrize("world", ["fraud", "recommender"])
def test_an_approver_slower_than_the_rule_signs_nothing(world):
    slow, at_once = (ran(world, "approval_delay", *c)[0] for c in ((), AT_ONCE))
    assert len(slow.versions) == 1
    assert kinds(slow).count("waiting") == kinds(slow).count("kept") + 1 >= 4
    assert len(at_once.versions) > 3


def test_a_fall_of_click_through_is_answered_before_the_calendar_does():
    longer = [("rounds", 46), ("environment.users", 2000)]
    after = [
        next(v.round for v in ran("recommender", name, *longer)[0].versions if v.round > 31)
        for name in ("drift_triggered", "scheduled")
    ]
    assert after[0] <= 36 < after[1] == 45


def test_items_are_no_longer_new_when_their_first_clicks_are_known():
    slow = ran("recommender", "late_labels")[0]
    soon = ran("recommender", "late_labels", ("labels.delay.rounds", 1))[0]
    assert kinds(slow)[:5] == ["retrained", *["kept"] * 4]
    assert late(slow, "true", "new_exposure") < 0.5 < late(soon, "true", "new_exposure")


def test_users_stay_away_while_clicks_stay_the_same():
    at = [("rounds", 50)]
    tired, before = ran("recommender", "silent_concept_drift", *at)[0], slice(20, 30)
    clicks, visits = (tired.series.values("true", m) for m in ("click_through", "visits"))
    assert np.nanmean(clicks[40:]) == pytest.approx(np.nanmean(clicks[before]), rel=0.1)
    assert np.nanmean(visits[40:]) < 0.6 * np.nanmean(visits[before])


def test_the_table_of_topics_names_files_that_are_there_and_every_new_lesson():
    text = (ROOT / "docs" / "topics.md").read_text()
    named = set(re.findall(r"scenarios/[\w/]+\.yaml", text))
    assert named and all((ROOT / file).is_file() for file in named)
    assert {"scenarios/fraud/automation_bias.yaml", "scenarios/recommender/late_labels.yaml",
            "scenarios/oversight/queue_overload.yaml"} <= named  # fmt: skip


def test_each_kind_of_label_has_a_model_of_its_own_and_both_rank_better_than_the_old_ones():
    both = ran("fraud", "separate_labels")[0]
    old = ran("fraud", "separate_labels", ("model.use", "delayed"))[0]
    assert set(both.model.parts) == {"delayed", "feedback"}
    assert set(old.model.parts) == {"delayed"}
    assert late(both, "true", "average_precision") > late(old, "true", "average_precision")

"""A day at the desk."""

import numpy as np
import pytest

import loopsim
from loopsim.draws import Draws
from loopsim.errors import InputError
from loopsim.oversight import queue, roster
from loopsim.oversight.base import REASONS, STAGES
from loopsim.oversight.settings import Desk
from loopsim.registry import allow_code
from loopsim.scenario import Scenario

WORLD = {
    "name": "desk",
    "rounds": 4,
    "environment": {"kind": "lending", "people": 3000, "population": "synthetic", "apply": 0.5},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 1000}},
}
BAND = {"kind": "band", "low": 0.5, "high": 0.97}
MANY = {"kind": "expert", "count": 40}


def plan(desk, **changes):
    return Scenario.parse(WORLD | {"oversight": {"kind": "desk", "route": BAND, **desk}}, changes)


class Watch:
    def __init__(self):
        self.rounds = []

    def on_reviews(self, sim, t, reviews, advised):
        looks = {k: v.copy() for k, v in vars(reviews.rows()).items()}
        good = sim.world.outcomes(sim.people, sim.cases, sim.draws).good
        actions = sim.cases.actions.copy()
        self.rounds.append(looks | {"advised": advised, "actions": actions, "good": good,
                                    "group": sim.cases.group, "own": reviews})  # fmt: skip


def days(desk, rounds=2, **changes):
    watch = Watch()
    sim = loopsim.Simulation(plan(desk, **changes), [watch]).run(rounds)
    return sim, watch.rounds


def reason(day, name):
    return day["reason"] == REASONS.index(name)


def stage(day, name):
    return day["stage"] == STAGES.index(name)


def test_what_nobody_had_room_for_is_the_advice_and_the_urgent_come_first():
    _, (day, *_) = days({"reviewers": {"kind": "expert", "count": 2}, "arrivals": "morning"})
    left = day["reviewer"] < 0
    assert 0 < left.sum() < left.size and (reason(day, "no room") == left).all()
    at = day["at"]
    assert (day["actions"][at[left]] == day["advised"][at[left]]).all()
    assert set(day["own"].at) == set(at[~left])


def test_capacity_is_kept_equal_or_spread_by_a_fifth_of_the_mean():
    desk = {"reviewers": {"kind": "expert", "count": 5}, "capacity": 20, "service": {"minutes": 1}}
    _, (day, *_) = days(desk)
    assert np.bincount(day["reviewer"][day["reviewer"] >= 0]).tolist() == [20] * 5
    settings = Desk(capacity=1000, capacity_sd=0.2)
    room = np.concatenate([roster.room(settings, 400, t, Draws(0)) for t in range(5)])
    assert room.mean() == pytest.approx(1000, rel=0.02) and room.std() == pytest.approx(
        200, rel=0.1
    )


def test_shifts_are_worked_by_their_people_and_hours_count_from_their_start():
    shifts = [{"end": 4, "reviewers": 3}, {"start": 4, "end": 8, "reviewers": 2}]
    begin, end = roster.hours(Desk(shifts=shifts, reviewers=MANY), 6)
    assert begin.tolist() == [0, 0, 0, 4, 4, 0] and end.tolist() == [4, 4, 4, 8, 8, 0]
    _, (day, *_) = days({"reviewers": {"kind": "expert", "count": 6}, "shifts": shifts})
    assert set(day["reviewer"]) == {-1, 0, 1, 2, 3, 4}


def test_a_deadline_leaves_what_has_waited_too_long():
    desk = {"reviewers": {"kind": "expert", "count": 2}, "service": {"minutes": 6, "law": "fixed"}}
    _, (free, *_) = days(desk)
    _, (strict, *_) = days(desk | {"deadline": 0.25})
    longest = [day["waited"][day["reviewer"] >= 0].max() * 8 for day in (free, strict)]
    assert longest[1] <= 0.35 < longest[0]


@pytest.mark.parametrize("law", ["exponential", "lognormal", "fixed"])
def test_looks_take_the_stated_minutes_on_average(law):
    _, (day, *_) = days({"reviewers": MANY, "service": {"minutes": 3, "law": law, "spread": 0.5}})
    assert day["minutes"].mean() == pytest.approx(3, rel=0.15)
    sd = {"exponential": 3, "lognormal": 1.5, "fixed": 0}[law]
    assert day["minutes"].std() == pytest.approx(sd, rel=0.25, abs=1e-12)


def test_a_third_decides_where_two_differ_and_all_three_are_different_people():
    _, (day, *_) = days({"reviewers": MANY, "double": 0.5, "service": {"minutes": 1}})
    looked = {name: np.flatnonzero(stage(day, name)) for name in STAGES}
    second = looked["second"]
    assert second.size == pytest.approx(0.5 * looked["review"].size, rel=0.2)
    first = second - 1  # by case, then by stage
    assert (day["at"][first] == day["at"][second]).all()
    assert (day["reviewer"][first] != day["reviewer"][second]).all()
    late = day["reviewer"][second] < 0  # the desk had closed
    assert late.mean() < 0.02
    apart = second[(day["action"][first] != day["action"][second]) & ~late]
    third = looked["adjudication"]
    np.testing.assert_array_equal(day["at"][third], day["at"][apart])
    assert third.size > 20 and (day["reviewer"][third] >= 0).all()
    assert (day["actions"][day["at"][third]] == day["action"][third]).all()
    for one in (apart, apart - 1):
        assert (day["reviewer"][third] != day["reviewer"][one]).all()
    agreed = np.setdiff1d(second, apart)
    assert (day["actions"][day["at"][agreed]] == day["action"][agreed]).all()


def test_two_pairs_of_eyes_let_an_override_count_only_if_both_depart():
    _, (day, *_) = days({"reviewers": MANY, "override": "two-pairs"})
    seconder = np.flatnonzero(stage(day, "seconder"))
    first = seconder - 1
    assert (day["action"][first] != day["advised"][day["at"][first]]).all()
    backed = day["action"][seconder] == day["action"][first]
    stands = day["final"][seconder] != day["advised"][day["at"][seconder]]
    np.testing.assert_array_equal(backed, stands)
    assert (reason(day, "not seconded")[first] == ~backed).all()
    assert 0 < backed.sum() < backed.size


def test_a_quota_lets_the_first_overrides_of_each_count():
    _, (day, *_) = days({"reviewers": {"kind": "expert", "count": 8}, "override": {
        "kind": "quota", "share": 0.1}})  # fmt: skip
    seen = day["reviewer"] >= 0
    stood = (day["final"] != day["advised"][day["at"]]) & seen
    for who in range(8):
        mine = day["reviewer"] == who
        assert stood[mine].sum() <= 0.1 * mine.sum()
    assert reason(day, "over quota").sum() > 5


def test_no_override_counts_where_there_is_none_and_the_log_keeps_the_wish():
    _, (day, *_) = days({"reviewers": MANY, "override": "none"})
    assert (day["actions"] == day["advised"]).all()
    wished = day["action"] != day["advised"][day["at"]]
    np.testing.assert_array_equal(wished, reason(day, "not allowed"))
    assert wished.sum() > 20


def test_justifying_drops_some_overrides_and_the_writing_is_caught_up_next_morning():
    few = {"kind": "expert", "count": 3}
    _, plain = days({"reviewers": few})
    sim, days_ = days({"reviewers": few, "override": {
        "kind": "justify", "minutes": 30, "dropped": 0.3}})  # fmt: skip
    wished = days_[0]["action"] != days_[0]["advised"][days_[0]["at"]]
    assert reason(days_[0], "not written down").sum() / wished.sum() == pytest.approx(0.3, abs=0.15)
    looked = [(day["reviewer"] >= 0).sum() for day in (*plain, *days_)]
    assert looked[0] == looked[2] and looked[3] < 0.7 * looked[1]
    assert sim.desk.owed.max() > 0


def test_with_the_score_hidden_first_answers_are_blind_and_some_give_in():
    dials = {"kind": "expert", "count": 40, "automation": 1.0}
    _, (day, *_) = days({"reviewers": dials, "override": {
        "kind": "score-hidden-first", "give_in": 0.25}})  # fmt: skip
    differs = day["action"] != day["advised"][day["at"]]
    assert differs.sum() > 50  # they would follow everything that they are shown
    assert reason(day, "gave in").sum() / differs.sum() == pytest.approx(0.25, abs=0.12)
    assert day["cued"].all()


def test_the_refused_appeal_by_group_and_a_granted_appeal_is_a_yes_whose_outcome_shows():
    desk = {"route": "none", "reviewers": MANY, "appeals": {"a": 0.2, "b": 0.8}}
    sim, (day, *_) = days(desk, rounds=1)
    assert stage(day, "appeal").all() and (day["advised"][day["at"]] == 0).all()
    for group, rate in enumerate((0.2, 0.8)):
        refused = (day["group"] == group) & (day["advised"] == 0)
        asked = (day["group"][day["at"]] == group).sum()
        assert asked / refused.sum() == pytest.approx(rate, abs=0.08)
    granted = day["at"][day["action"] == 1]
    assert granted.size > 10 and (sim.cases.actions[granted] == 1).all()
    assert (sim.outcomes.label[granted] < 2).all()
    refused = day["at"][day["action"] == 0]
    assert (sim.outcomes.label[refused] == 2).all()


def test_an_appeal_is_heard_by_somebody_else():
    _, (day, *_) = days({"reviewers": MANY, "appeals": 0.9})
    again = np.flatnonzero(stage(day, "appeal") & np.r_[False, day["at"][1:] == day["at"][:-1]])
    assert again.size > 20
    assert (day["reviewer"][again] != day["reviewer"][again - 1]).all()


def test_the_guideline_answers_where_its_first_line_applies():
    lines = [{"feature": "utilisation", "above": 1.0}, {"feature": "utilisation", "below": 2.0,
             "answer": "yes"}]  # fmt: skip
    sim, (day,) = days({"reviewers": MANY, "guideline": lines}, rounds=1)
    high = sim.cases.features[day["at"], 0] > 1.0
    seen = day["reviewer"] >= 0
    assert high.any() and (day["action"][seen] == ~high[seen]).all()


OWN = """
import numpy as np

class Kind:
    def __init__(self, count):
        self.count = count
    def __len__(self):
        return self.count
    def prepare(self, folder, draws):
        self.rows = len(folder)
    def review(self, folder, reviewer, draws):
        return np.ones(len(folder), np.int8), (folder.advised == 0).astype(np.int8)
    def state(self):
        return {}

class Even:
    def send(self, cases, draws):
        return np.where(cases.ids % 2 == 0, 0.0, np.nan)
"""


def test_reviewers_and_a_route_of_ones_own_are_used_once_their_file_is_allowed(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(OWN)
    own = {
        "route": {"kind": "file", "path": str(file), "name": "Even"},
        "reviewers": {
            "kind": "file",
            "path": str(file),
            "name": "Kind",
            "parameters": {"count": 40},
        },
    }
    with pytest.raises(InputError, match="--code"):
        loopsim.Simulation(plan(own))
    allow_code([file])
    sim, (day,) = days(own, rounds=1)
    assert (sim.cases.ids[day["at"]] % 2 == 0).all()
    assert (sim.cases.actions[day["own"].at] == 1).all() and len(day["own"].at) > 100


def test_what_the_desk_counts_is_what_its_looks_say():
    few = {"kind": "expert", "count": 4}
    sim, (day,) = days({"reviewers": few, "double": 0.3, "override": "two-pairs"}, rounds=1)
    figures, looked = sim.desk.figures(), day["reviewer"] >= 0
    sent, seen = np.unique(day["at"]), np.unique(day["at"][looked])
    advised, actions = day["advised"], day["actions"]
    assert figures["review.reached"][0] == pytest.approx(seen.size / sent.size)
    assert figures["review.changed"][0] == pytest.approx((actions != advised)[seen].mean())
    departs = (day["action"] != advised[day["at"]])[looked]
    assert figures["review.override"][0] == pytest.approx(departs.mean())
    assert figures["review.waited"][0] == pytest.approx(day["waited"][looked].mean())
    a = day["group"][seen] == 0
    assert figures["review.changed"][1] == pytest.approx((actions != advised)[seen][a].mean())


def test_reviewing_with_simpy_or_compiled_is_the_same_day(monkeypatch):
    desk = {"reviewers": {"kind": "team-of-50"}, "double": 0.2, "appeals": 0.1, "reserve": 0.1}
    made = []
    for few in (0, 10**9):
        monkeypatch.setattr(queue, "FEW", few)
        made.append(days(desk)[1])
    for one, other in zip(*made, strict=True):
        for name in ("at", "reviewer", "action", "waited", "actions"):
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_a_round_without_cases_is_a_day_off():
    _, rounds = days({"reviewers": MANY, "appeals": 0.5}, **{"environment.apply": 0.0})
    assert all(len(day["own"].at) == 0 for day in rounds)


FAULTS = {
    "oversight.double": {"double": 0.1, "reviewers": {"kind": "expert", "count": 2}},
    "oversight.override": {"override": "two-pairs"},
    "oversight.shifts": {"shifts": [{"end": 8, "reviewers": 9}]},
    "oversight.guideline.0.feature": {"guideline": [{"feature": "utilizaton", "above": 1}]},
    "oversight.appeals.c": {"appeals": {"c": 0.5}},
    "oversight.reviewers.group_bias.c": {"reviewers": {"kind": "expert", "group_bias": {"c": 1}}},
    "oversight.reviewers.people.1.group_bias.c": {
        "reviewers": {"kind": "mixed", "people": [{}, {"group_bias": {"c": 1}}]}
    },
    "oversight.route.feature": {"route": {"kind": "stakes", "feature": "amount"}},
    "oversight.route.of.1.feature": {
        "route": {"kind": "several", "of": ["random", {"kind": "stakes", "feature": "amount"}]}
    },
}
SAYS = ("needs 3", "needs 2", "need 9 reviewers; there are 1", "mean 'utilisation'", "no such")


@pytest.mark.parametrize("path", FAULTS)
def test_a_desk_that_cannot_work_is_told_before_anything_runs(path):
    """Whether the scenario is checked or built first."""
    with pytest.raises(InputError) as caught:
        loopsim.Simulation(plan(FAULTS[path]))
    assert f"{path}" in str(caught.value) and any(word in str(caught.value) for word in SAYS)


@pytest.mark.parametrize("path", FAULTS)
def test_a_desk_knows_its_faults_without_being_built(path):
    desk = Desk.model_validate({"route": BAND} | FAULTS[path])
    assert path in dict(desk.faults(plan({"reviewers": MANY})))
    assert list(Desk(reviewers=MANY).faults(plan({"reviewers": MANY}))) == []

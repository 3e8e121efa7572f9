"""The oversight loop with real reviewers: cut, closed, and null."""

import numpy as np
import pytest

import loopsim
from loopsim.scenario import Scenario

DIALS = {
    "kind": "expert",
    "count": 12,
    "automation": 0.3,
    "habituation": 0.002,
    "anchoring": 0.3,
    "habit": 0.05,
    "learning": 0.2,
}
PLAN = {
    "name": "edge",
    "rounds": 6,
    "environment": {"kind": "lending", "people": 2000, "population": "synthetic", "apply": 0.5},
    "training": {
        "rule": {"kind": "every", "rounds": 2},
        "history": {"rows": 500},
    },
    "oversight": {
        "kind": "desk",
        "route": {"kind": "band", "low": 0.3, "high": 0.99},
        "reviewers": DIALS,
        "service": {"minutes": 2},
        "double": 0.1,
        "appeals": 0.05,
    },
}
OFF = {"automation": 0.0, "habituation": 0.0, "anchoring": 0.0, "habit": 0.0, "learning": 0.0}


def plan(**changes):
    return Scenario.parse(PLAN, changes)


def same(one, other, apart=()):
    left, right = (loopsim.Simulation(p).run().state() for p in (one, other))
    assert left.keys() == right.keys()
    for name in left:
        if not name.startswith(tuple(apart) or "\0"):
            np.testing.assert_array_equal(left[name], right[name], err_msg=name)


def test_strength_0_is_the_cut_in_every_byte():
    same(plan(**{"loops.oversight": 0}), plan(**{"loops.oversight": "cut"}))


def test_cut_reviewers_are_blind_and_their_skill_is_fixed_and_nothing_is_learned_from_them():
    trust = {"training.trust": {"outcome": 1.0, "review": 0.5}}
    cut = loopsim.Simulation(plan(**trust).cut("oversight")).run()
    assert not cut.reviews.cued.any()
    assert (cut.desk.reviewers.seen == 0).all()
    assert (cut.desk.reviewers.reliance == DIALS["automation"]).all()
    kinds = cut.memory.known(cut.t).kind
    assert set(kinds.tolist()) == {0}


def test_with_the_loop_cut_no_dial_that_needs_the_score_moves_a_byte():
    off = {f"oversight.reviewers.{name}": value for name, value in OFF.items()}
    dials = ("desk.reviewers.dials", "desk.reviewers.reliance")
    same(plan().cut("oversight"), plan(**off).cut("oversight"), apart=dials)


def test_closed_without_any_use_of_the_score_is_the_cut_but_for_what_is_learned():
    off = {f"oversight.reviewers.{name}": value for name, value in OFF.items()}
    off |= {"oversight.reviewers.score_weight": 0.0}
    closed, cut = (loopsim.Simulation(p).run() for p in (plan(**off), plan(**off).cut("oversight")))
    np.testing.assert_array_equal(closed.cases.actions, cut.cases.actions)
    np.testing.assert_array_equal(closed.cases.scores, cut.cases.scores)


def test_the_closed_loop_does_something():
    closed, cut = (loopsim.Simulation(p).run() for p in (plan(), plan().cut("oversight")))
    left, right = (sim.series.values("true", "approval") for sim in (closed, cut))
    assert not np.array_equal(left, right)


@pytest.mark.parametrize("loops", [(), ("oversight",)])
def test_round_0_of_twins_sends_the_same_cases_to_the_same_people(loops):
    one, other = (loopsim.Simulation(p).run(1) for p in (plan(), plan().cut(*loops)))
    trained = [sim.desk.reviewers.trained for sim in (one, other)]
    np.testing.assert_array_equal(trained[0].base, trained[1].base)
    looks = [sim.reviews.looks for sim in (one, other)]
    for name in ("at", "reviewer"):
        left, right = (getattr(some, name)[some.stage == 0] for some in looks)
        np.testing.assert_array_equal(left, right)


def test_between_cut_and_closed_that_share_of_people_is_shown_with_the_score():
    half = loopsim.Simulation(plan(**{"loops.oversight": 0.5})).run(1)
    assert 0.4 < half.reviews.cued.mean() < 0.6

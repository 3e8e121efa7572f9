"""A push moves what it says, by how much it says, for one round, and nothing else."""

import numpy as np
import pytest

import loopsim
from loopsim.clock import Phase
from loopsim.errors import InputError
from loopsim.twins.branch import pushed
from loopsim.twins.perturb import KINDS, make
from loopsim.twins.pushes.reviewers import Reviewers

LENDING = {
    "name": "lent", "rounds": 6, "seed": 3,
    "environment": {"kind": "lending", "people": 3000, "population": {"kind": "synthetic"}},
    "labels": {"delay": {"kind": "fixed", "rounds": 1}},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 800}},
}  # fmt: skip
DESK = LENDING | {
    "oversight": {
        "kind": "desk", "route": {"kind": "uncertainty", "share": 0.3},
        "reviewers": {"kind": "expert", "count": 4}, "service": {"minutes": 1},
    },
}  # fmt: skip
SHOP = {
    "name": "shop", "rounds": 6,
    "environment": {
        "kind": "recommender", "users": 200,
        "population": {"kind": "synthetic-tastes", "items": 60},
    },
    "model": {"kind": "popularity"}, "policy": {"kind": "top-k", "k": 5},
    "labels": {"delay": {"kind": "fixed", "rounds": 1}},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 2}},
}  # fmt: skip
WORLDS = dict.fromkeys(KINDS, DESK) | {"items": SHOP, "tastes": SHOP}


def plan(data=LENDING, **changes):
    return loopsim.Scenario.parse(data, changes)


def named(name, size, data=None, group="all"):
    scenario = plan(data or WORLDS[name])
    feature = "utilisation" if name in ("features", "people") else None
    return make(scenario, name, size, group, feature)


def lived(data, push, t=3):
    """One run at the end of round t, with a push in it; what the policy saw is noted."""
    sim = loopsim.Simulation(plan(data)).run(t)
    sim.clock.at(t, Phase.DECIDE, lambda: setattr(sim, "live", np.array(sim.cases.scores)))
    return pushed(sim, push)


@pytest.mark.parametrize("name", KINDS)
def test_the_rounds_before_a_push_are_the_same_and_it_changes_something(name):
    data = WORLDS[name]
    sims = [loopsim.Simulation(plan(data)).run(3) for _ in range(2)]
    push = named(name, 2.0 if name in ("features", "people", "items", "reviewers") else 0.3)
    for sim, mine in zip(sims, (None, push), strict=True):
        pushed(sim, mine)
        sim.run()
    frames = [sim.series.frame() for sim in sims]
    early = [f[f["round"] < 3].reset_index(drop=True) for f in frames]
    assert early[0].equals(early[1])
    assert not frames[0].equals(frames[1])


@pytest.mark.parametrize("name", KINDS)
def test_a_push_of_nothing_changes_no_byte(name):
    push = named(name, 0.5).scaled(0.0)
    sims = [loopsim.Simulation(plan(WORLDS[name])).run(3) for _ in range(2)]
    for sim, mine in zip(sims, (None, push), strict=True):
        pushed(sim, mine)
        sim.run()
    assert sims[0].series.frame().equals(sims[1].series.frame())


def test_scores_move_the_log_and_a_threshold_does_not():
    base, scores, threshold = (
        lived(LENDING, push) for push in (None, named("scores", 0.1), named("threshold", -0.1))
    )
    assert (scores.cases.actions == threshold.cases.actions).all()
    assert (scores.cases.actions != base.cases.actions).any()
    assert (threshold.cases.scores == base.cases.scores).all()
    assert scores.cases.scores == pytest.approx(np.clip(base.cases.scores + 0.1, 0, 1))


def test_only_the_group_is_touched():
    base, moved = lived(LENDING, None), lived(LENDING, named("scores", 0.05, group="b"))
    changed = base.cases.scores != moved.cases.scores
    assert changed.any() and (moved.cases.group[changed] == 1).all()


@pytest.mark.parametrize("size", [0.1, -0.1])
def test_exposure_moves_the_share_of_yes_by_its_size(size):
    base, moved = lived(LENDING, None), lived(LENDING, named("exposure", size))
    by = moved.cases.actions.mean() - base.cases.actions.mean()
    assert by == pytest.approx(size, abs=1 / len(base.cases))


@pytest.mark.parametrize("size", [0.05, -0.2])
def test_labels_move_the_share_of_good_and_not_the_world(size):
    base, moved = lived(LENDING, None), lived(LENDING, named("labels", size))
    known = base.outcomes.label < 2
    shares = [sim.outcomes.label[known].mean() for sim in (base, moved)]
    assert shares[1] - shares[0] == pytest.approx(size, abs=1 / known.sum())
    assert (base.outcomes.good == moved.outcomes.good).all()


def test_a_larger_push_touches_whom_a_smaller_one_did_and_more():
    small, large = (lived(LENDING, named("exposure", s)).cases.actions for s in (0.05, 0.1))
    assert (large >= small).all() and (large > small).any()


def test_features_are_seen_otherwise_once_and_people_are_moved_for_good():
    sims = [lived(LENDING, push) for push in (None, named("features", 0.5), named("people", 0.5))]
    base, seen, moved = (sim.people["carried"][:, 0] for sim in sims)
    shift = sims[1].cases.features[:, 0] - sims[0].cases.features[:, 0]
    assert shift == pytest.approx(np.full(shift.size, 0.5))
    assert (moved - base).mean() == pytest.approx(0.5, abs=0.05)
    assert (seen - base).mean() == pytest.approx(0.0, abs=0.05)


def test_people_are_pushed_in_what_comes_of_them_too():
    """P(repay) is remembered between rounds: a push must not meet a remembered one."""
    base = loopsim.Simulation(plan()).run(3)
    worse = loopsim.Simulation(plan()).run(3)
    pushed(base, None)
    pushed(worse, named("people", 3.0))  # three more deviations of utilisation
    assert (worse.cases.ids == base.cases.ids).all()
    assert worse.outcomes.probability.mean() < base.outcomes.probability.mean() - 0.05


def test_pushed_items_are_shown_more_and_it_says_how_much():
    push = named("items", 3.0)
    base, moved = (lived_slates(push, mine) for mine in (None, push))
    assert moved > base + 0.1
    down = lived_slates(push, push.scaled(-1.0))
    assert down < base


def lived_slates(reader, push):
    sim = loopsim.Simulation(plan(SHOP)).run(3)
    pushed(sim, push)
    return reader.trace(sim)


def test_tastes_turn_towards_some_items_and_keep_their_length():
    push = named("tastes", 0.2)
    sims = [loopsim.Simulation(plan(SHOP)).run(3) for _ in range(2)]
    for sim, mine in zip(sims, (None, push), strict=True):
        pushed(sim, mine)
    assert push.trace(sims[1]) > push.trace(sims[0]) + 0.05
    lengths = [np.linalg.norm(sim.people["carried_tastes"], axis=1) for sim in sims]
    assert lengths[1] == pytest.approx(lengths[0], rel=1e-5)


def test_items_of_one_group_are_not_another_groups():
    push = named("items", 5.0, group="minority")
    base, moved = (loopsim.Simulation(plan(SHOP)).run(3) for _ in range(2))
    pushed(base, None)
    pushed(moved, push)
    others = base.cases.group == 0
    assert (base.cases.item[others] == moved.cases.item[others]).all()
    assert (base.cases.item != moved.cases.item).any()


def test_suspicious_reviewers_refuse_more_for_one_round():
    base, moved = (loopsim.Simulation(plan(DESK)).run(3) for _ in range(2))
    pushed(base, None)
    pushed(moved, named("reviewers", 4.0))
    assert moved.reviews.action.mean() < base.reviews.action.mean() - 0.1
    assert (moved.desk.reviewers.bias == base.desk.reviewers.bias).all()  # it is over


def test_one_reviewer_alone_can_be_pushed():
    base, moved = (loopsim.Simulation(plan(DESK)).run(3) for _ in range(2))
    pushed(base, None)
    pushed(moved, Reviewers(8.0, reviewer=2))
    other = base.reviews.reviewer != 2
    assert (base.reviews.action[other] == moved.reviews.action[other]).all()
    assert (base.reviews.action != moved.reviews.action).any()
    with pytest.raises(InputError, match="no reviewer 9"):
        pushed(loopsim.Simulation(plan(DESK)).run(3), Reviewers(1.0, reviewer=9))


@pytest.mark.parametrize(
    ("data", "call", "message"),
    [
        (LENDING, {"what": "score"}, "did you mean 'scores'"),
        (LENDING, {"what": "items"}, "no perturbation 'items' for this world"),
        (LENDING, {"what": "reviewers"}, "no perturbation 'reviewers' for this world"),
        (SHOP, {"what": "labels"}, "there are items, tastes"),
        (LENDING, {"what": "scores", "size": 0.0}, "size = 0.0: must be a number other than 0"),
        (LENDING, {"what": "scores", "size": np.nan}, "size = nan"),
        (LENDING, {"what": "scores", "group": "bb"}, "no group 'bb'"),
        (LENDING, {"what": "people", "feature": "utilization"}, "did you mean 'utilisation'"),
        (LENDING, {"what": "people"}, "no feature None to push"),
        (LENDING, {"what": "labels", "feature": "payroll"}, "labels has none; leave it out"),
    ],
)
def test_a_push_that_cannot_be_is_told(data, call, message):
    with pytest.raises(InputError, match=message):
        make(plan(data), **({"size": 0.1} | call))

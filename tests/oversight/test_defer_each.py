"""Deferral to the reviewer who errs least on a case, within what each has room for."""

from types import SimpleNamespace

import numpy as np
import pytest

import loopsim
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.errors import ScenarioError
from loopsim.oversight.base import ADJUDICATION, NOBODY, REVIEW, SECOND, Looks, Reviews
from loopsim.oversight.routes.settings import Defer

SCORES = np.array([0.9, 0.7, 0.55, 0.45, 0.3, 0.1] * 20)


@pytest.fixture
def cases():
    n = SCORES.size
    rows = np.arange(n)
    made = Cases(2, rows, rows, np.zeros(n, np.int8), scores=SCORES)
    made.actions = (SCORES >= 0.5).astype(np.int8)
    return made


def route(**settings):
    return Defer(**{"error": 0.3, "weight": 10, "per": "reviewer", "minimum": 20} | settings).build(
        ()
    )


def reviewed(made, cases, errs, stage=None, final=None):
    """Case i is seen by reviewer i % len(errs), who is wrong in a share of every ten."""
    n, r = len(cases), len(errs)
    at, who = np.arange(n), (np.arange(n) % r).astype(np.int16)
    wrong = (at // r) % 10 < np.array(errs)[who] * 10
    action = np.where(wrong, 1 - cases.actions, cases.actions).astype(np.int8)
    zeros = np.zeros(n)
    stage = np.full(n, REVIEW, np.int8) if stage is None else stage
    final = action if final is None else final
    looks = Looks(at, stage, who, action, zeros.astype(np.int8), final, zeros == 0, zeros, zeros)
    made.see_reviews(cases, Reviews(at, who, action, action, zeros == 0, zeros, looks=looks))
    labels = SimpleNamespace(
        prediction_id=cases.prediction_id[::-1], label=cases.actions[::-1],
        action=action[::-1], kind=np.zeros(n, np.int8),
    )  # fmt: skip
    return labels


def test_rates_are_of_each_ones_own_answers(cases):
    made = route(weight=1e-9)
    made.see_labels(3, reviewed(made, cases, [0.1, 0.5]))
    np.testing.assert_allclose(made.errors(2).mean(axis=1), [0.1, 0.5], atol=1e-6)
    assert made.looks.size == 0 and made.own[..., 1].sum() == len(cases)


def test_little_evidence_leaves_the_teams_rate(cases):
    made = route(minimum=1000)
    made.see_labels(3, reviewed(made, cases, [0.1, 0.3]))
    np.testing.assert_array_equal(made.errors(2), np.full((2, 2), made.error))
    assert made.error != 0.3  # the team's own rate has learnt


def test_rates_are_shrunk_towards_the_teams(cases):
    loose, tight = route(weight=1e-9), route(weight=1e6)
    for made in (loose, tight):
        made.see_labels(3, reviewed(made, cases, [0.1, 0.5]))
    np.testing.assert_allclose(tight.errors(2), tight.error, atol=1e-3)
    assert np.ptp(loose.errors(2)[:, 0]) > 0.3


def test_a_case_goes_to_who_errs_least_within_their_room(cases):
    made = route(weight=1e-9)
    made.see_labels(3, reviewed(made, cases, [0.1, 0.4, 0.2]))
    priority = made.send(cases, Draws(0))
    at = np.flatnonzero(~np.isnan(priority))
    wrong = np.where(cases.actions == 1, 1 - cases.scores, cases.scores)[at]
    assert (wrong > 0.1 - 1e-6).all()
    to = made.assign(cases, at, np.array([30, 30, 30]))
    counts = np.bincount(to[to != NOBODY], minlength=3)
    assert counts[0] == 30 and (counts <= 30).all()
    error = made.errors(3)[to[to >= 0], cases.actions[at][to >= 0]]
    assert (wrong[to >= 0] > error).all()  # nobody decides what the model decides better
    assert (made.assign(cases, at, np.zeros(3, np.int64)) == NOBODY).all()


def test_equal_reviewers_share_the_cases(cases):
    made = route(error=0.05)
    at = np.flatnonzero(~np.isnan(made.send(cases, Draws(0))))
    to = made.assign(cases, at, np.array([15, 15, 15]))
    counts = np.bincount(to[to != NOBODY], minlength=3)
    np.testing.assert_array_equal(counts, [15, 15, 15])


def test_who_errs_on_one_side_only_is_spared_that_side(cases):
    made = route(weight=1e-9)
    labels = reviewed(made, cases, [0.2, 0.2])
    no = made.looks[:, 3] == 0
    made.looks[:, 2] = np.where(no & (made.looks[:, 1] == 0), 1, made.looks[:, 3])
    made.see_labels(3, labels)
    np.testing.assert_allclose(made.errors(2), [[1, 0], [0, 0]], atol=1e-6)
    at = np.arange(len(cases))
    to = made.assign(cases, at, np.array([500, 500]))
    assert not (to[cases.actions == 0] == 0).any()


def test_an_adjudicated_look_counts_at_once(cases):
    made = route(adjudicated=0.5, weight=1e-9, minimum=1)
    n = 6
    at = np.array([0, 0, 0, 3, 3, 3])
    stage = np.array([REVIEW, SECOND, ADJUDICATION] * 2, np.int8)
    who = np.array([0, 1, 2, 0, 1, 2], np.int16)
    action = np.array([1, 0, 1, 1, 0, 1], np.int8)
    zeros = np.zeros(n)
    looks = Looks(at, stage, who, action, zeros.astype(np.int8), np.ones(n, np.int8), zeros == 0,
                  zeros, zeros)  # fmt: skip
    pair = np.array([0, 3])
    made.see_reviews(cases, Reviews(pair, who[[2, 5]], action[:2], action[:2], pair == pair,
                                    zeros[:2], looks=looks))  # fmt: skip
    assert made.own[..., 1].sum() == 2.0 and len(made.looks) == 6
    np.testing.assert_allclose(made.errors(2), [[0, 0], [1, 1]], atol=1e-6)


def test_a_state_brings_everything_back(cases):
    made, other = route(), route()
    reviewed(made, cases, [0.1, 0.5])
    other.restore(made.state())
    assert other.looks.size == made.looks.size > 0
    labels = reviewed(route(), cases, [0.1, 0.5])
    for one in (made, other):
        one.see_labels(3, labels)
    np.testing.assert_array_equal(made.errors(2), other.errors(2))


def desk(per="reviewer", **changes):
    people = [
        {"count": 3, "false_alarm": 0.02, "miss": 0.02, "automation": 0.0},
        {"count": 3, "false_alarm": 0.4, "miss": 0.4, "automation": 0.0},
    ]
    return loopsim.Scenario.parse(
        {
            "name": "defer",
            "rounds": 30,
            "environment": {"kind": "lending", "people": 3000, "apply": 0.5},
            "policy": {"kind": "threshold", "at": 0.8},
            "training": {"rule": "never", "history": {"rows": 500}},
            "oversight": {
                "kind": "desk",
                "route": {"kind": "defer", "per": per, "error": 0.05, "weight": 30},
                "reviewers": {"kind": "mixed", "people": people},
                "capacity": 30,
            },
        },
        changes,
    )


def test_in_a_run_the_skilled_get_the_cases_once_they_are_known():
    seen = {}
    for per in ("team", "reviewer"):
        who = []
        watch = type(
            "W", (), {"on_reviews": lambda s, sim, t, r, a, who=who: who.append(r.reviewer)}
        )
        sim = loopsim.Simulation(desk(per), [watch()]).run()
        late = np.concatenate(who[20:])
        seen[per] = (late < 3).mean(), sim
    assert seen["team"][0] == pytest.approx(0.5, abs=0.15)
    assert seen["reviewer"][0] > 0.8
    error = seen["reviewer"][1].desk.route.errors(6)
    assert error[:3, 1].max() < error[3:, 1].min()


def test_a_run_goes_on_from_a_checkpoint(tmp_path):
    class Stop:
        def on_labels(self, sim, t, batch):
            if t == 14:
                raise KeyboardInterrupt

    scenario = desk(rounds=16)
    whole = loopsim.run(scenario, out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(scenario, out=tmp_path / "run", observers=[Stop()])
    assert loopsim.resume(tmp_path / "run").reviews().equals(whole.reviews())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"oversight.route.per": "nobody"}, "team"),
        ({"oversight.route.minimum": 0}, "minimum"),
        ({"oversight.route.adjudicated": 2}, "adjudicated"),
        ({"oversight.route.per": "team", "oversight.route.adjudicated": 0.5}, "per: reviewer only"),
        (
            {"oversight.route": {"kind": "several", "of": [{"kind": "defer", "per": "reviewer"}]}},
            "must be the only route",
        ),
    ],
)
def test_bad_settings_are_told(changes, message):
    with pytest.raises(ScenarioError, match=message):
        desk(**changes)

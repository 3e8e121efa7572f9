"""Worlds in which it is known when the dashboard can show what is true."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError

DELAY, SHOCK = 4, 10
PLAN = {
    "name": "recession", "rounds": 22, "seed": 5,
    "environment": {"kind": "lending", "people": 3000, "apply": 0.5, "moves": {}},
    "policy": {"kind": "everyone"},
    "labels": {"delay": {"kind": "fixed", "rounds": DELAY}},
    "training": {"rule": "never", "history": {"rows": 500}},
    "observed": {"window": 1, "minimum": 1},
    "shocks": [{"at": SHOCK, "set": "environment.economy", "to": -2.0, "why": "recession"}],
}  # fmt: skip
HOW = {"metric": "true.precision", "seeds": 8, "workers": 1}


def plan(**changes):
    return loopsim.Scenario.parse(PLAN, changes)


@pytest.fixture(scope="module")
def found():
    return loopsim.observability(plan(), **HOW)


def test_what_labels_show_comes_as_late_as_labels(found):
    assert (found.change, found.at) == ("recession", SHOCK)
    assert (found.true.round, found.observed.round) == (SHOCK, SHOCK + DELAY)
    # Two rounds on end must be out of the band, so the alarm is a round later than the first.
    assert found.noticed.tolist() == [SHOCK + DELAY + 1] * 8
    assert found.delay == (DELAY + 1, DELAY + 1, DELAY + 1)


def test_harm_is_the_money_lost_until_the_alarm(found):
    assert found.figures[2] == "true.profit" and found.unit == "money"
    by_hand = 0.0
    for shocks in (PLAN["shocks"], []):
        sim = loopsim.Simulation(plan(shocks=shocks)).run()
        money = sim.series.values("true", "profit") * sim.series.values("true", "labels")
        by_hand += money[SHOCK : SHOCK + DELAY + 1].sum() * (-1 if shocks else 1)
    assert found.harms[0] == pytest.approx(by_hand)
    mean, low, high = found.harm
    assert 0 < low < mean < high


def test_the_rule_keeps_quiet_on_undisturbed_series_most_of_the_time(found):
    seen, false = found.shares
    assert seen[0] == 1.0 and false[0] <= 0.25


def test_a_longer_label_delay_is_a_longer_delay_and_a_larger_harm(found):
    slow = loopsim.observability(plan(**{"labels.delay.rounds": 7}), **HOW)
    assert slow.delay[0] == 8.0 and slow.harm[0] > found.harm[0]


def test_a_run_that_ends_before_is_censored_and_its_harm_is_of_the_whole_run(found):
    short = loopsim.observability(plan(rounds=SHOCK + DELAY), **HOW)
    assert short.true.round == SHOCK and np.isinf(short.noticed).all()
    assert short.delay == (np.inf, np.inf, np.inf) and short.shares[0][0] == 0.0
    assert "alone never shows it" in short.verdict
    assert short.harm[0] == pytest.approx(
        found.lost[:, SHOCK : SHOCK + DELAY].sum(axis=1).mean(), rel=1e-9
    )
    assert short.to_dict()["noticed"] == [None] * 8


def test_a_loop_that_hides_what_it_does_is_never_seen_on_the_dashboard():
    """Selective labels: recall falls, and a dashboard without the refused says 1 for ever."""
    hidden = plan(
        shocks=[], policy={"kind": "break-even"}, rounds=16,
        **{"training.rule": {"kind": "every", "rounds": 4}, "training.history.feature": "score",
           "training.history.above": 560},
    )  # fmt: skip
    found = loopsim.observability(hidden, ["model"], metric="true.recall", seeds=6, workers=1)
    assert (found.change, found.at) == ("the model loop closed", 0)
    assert np.isfinite(found.true.round)
    assert np.isinf(found.observed.round) and np.isinf(found.noticed).all()


def test_a_loop_that_carries_nothing_has_nothing_to_notice():
    idle = plan(shocks=[])
    found = loopsim.observability(idle, ["model"], **HOW)
    assert np.isinf(found.true.round) and np.isnan(found.delay[0])
    assert "nothing to notice" in found.verdict
    assert found.harm == (0.0, 0.0, 0.0)


def test_the_figures_do_not_depend_on_the_workers(found):
    two = loopsim.observability(plan(), **HOW | {"workers": 2})
    assert np.array_equal(two.traces.disturbed, found.traces.disturbed, equal_nan=True)


def test_a_group_has_its_own_figures():
    black = loopsim.observability(plan(), group="black", **HOW)
    assert black.true.round == SHOCK and black.to_dict()["group"] == "black"


def test_the_picture_is_the_same_every_time(found, tmp_path):
    one, two = (found.figure(tmp_path / f"{name}.png").read_bytes() for name in "ab")
    assert one == two and len(one) > 5000


@pytest.mark.parametrize(
    ("changes", "call", "message"),
    [
        ({"shocks": []}, {}, "nothing changes: name loops, or give the scenario shocks"),
        ({}, {"loops": ["modle"]}, "did you mean 'model'"),
        ({}, {"loops": []}, "no loop is named"),
        ({"loops.model": 0}, {"loops": "model"}, "the scenario cuts the model loop itself"),
        ({}, {"metric": "true.aucc"}, "did you mean 'true.auc'"),
        ({}, {"metric": "observed.auc"}, "must be a figure of the true ledger"),
        ({}, {"dashboard": "true.auc"}, "must be a figure of the observed ledger"),
        ({}, {"dashboard": "observed.acu"}, "did you mean 'observed.auc'"),
        ({}, {"metric": "true.repayment"}, "observed.repayment"),
        ({}, {"harm": "true.profti"}, "did you mean 'true.profit'"),
        ({}, {"group": "green"}, "no group 'green'"),
        ({}, {"seeds": 3}, "seeds = 3: must be at least 4"),
        ({}, {"hold": 0}, "hold = 0: must be at least 1"),
        ({}, {"level": 1.0}, r"level = 1.0: must be in \[0.5, 1\)"),
    ],
)
def test_a_wrong_call_is_told(changes, call, message):
    with pytest.raises(InputError, match=message):
        loopsim.observability(plan(**changes), **(HOW | call))

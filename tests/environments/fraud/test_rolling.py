"""Rolling features are exactly what a slow count over the whole past gives.

A terminal's as the Fraud Detection Handbook counts them: to the second.
"""

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.environments.base import UNKNOWN
from loopsim.environments.fraud.rolling import Rolling
from loopsim.environments.fraud.settings import FEATURES

DAYS, DELAY, DAY = 46, 7, 24 * 3600
COLUMNS = ["t", "row", "terminal", "cents", "seconds", "fraud", "happened", "known"]


def table(t, some, cents, happened, known):
    columns = (some.rows, some.terminal, cents, some.seconds, some.kind > 0, happened, known)
    whole = [np.broadcast_to(np.asarray(c, dtype=np.int64), len(some)) for c in columns]
    return pd.DataFrame(dict(zip(COLUMNS, [np.full(len(some), t), *whole], strict=True)))


class Past:
    """Every payment so far, as the bank has seen it and as an undisturbed world would have it."""

    def __init__(self):
        self.days = {"carried": [], "natural": []}
        self.read, self.natural = [], []

    def on_round(self, sim, t, cases, outcomes):
        today = sim.world._today
        cents = np.round(cases.features[:, 0] * 100)
        known = outcomes.label != UNKNOWN
        self.days["carried"].append(table(t, today.payments, cents, cases.actions, known))
        for some in (today.own, today.nature):
            self.days["natural"].append(table(t, some, some.cents, True, True))
        self.read.append(cases.features.copy())


def slow(past, today, t):
    """The definition, payment by payment."""
    out = []
    for case in today.itertuples():
        card = past[(past.row == case.row) & (past.happened == 1)]
        before = today[(today.row == case.row) & (today.index <= today.index.max())]
        so_far = before[
            (before.seconds < case.seconds)
            | ((before.seconds == case.seconds) & (before.index <= case.Index))
        ]
        values = [case.cents / 100, float(t % 7 >= 5), float(case.seconds < 7 * 3600)]
        for days in (1, 7, 30):
            window = card[card.t > t - days]
            number = len(window) + len(so_far)
            values += [number, (window.cents.sum() + so_far.cents.sum()) / (100.0 * number)]
        place = past[past.terminal == case.terminal]
        age = DAY * (t - place.t) + case.seconds - place.seconds
        for days in (1, 7, 30):
            window = place[(age >= DELAY * DAY) & (age < (DELAY + days) * DAY)]
            known = window[window.known == 1]
            risk = known.fraud.sum() / len(known) if len(known) else 0.0
            values += [window.happened.sum(), risk]
        out.append(values)
    return np.array(out, dtype=float).reshape(-1, len(FEATURES))


@pytest.fixture(scope="module")
def lived():
    plan = loopsim.Scenario.parse(
        {
            "name": "rolling",
            "rounds": DAYS,
            "environment": {
                "kind": "fraud", "customers": 60, "terminals": 40, "radius": 30,
                "skimmed": 0.02, "stolen": 0.01, "scams": 0.01, "rings": 2, "members": 2,
                "investigated": 0.5, "annoyance": 0.5, "risk_delay": DELAY,
            },
            "policy": {"kind": "alert-budget", "cards": 4},
            "labels": {"delay": {"kind": "fixed", "rounds": DELAY}},
            "training": {"history": {"rows": 0}},
        }
    )  # fmt: skip
    past = Past()
    return loopsim.Simulation(plan, [past]).run(), past


@pytest.mark.parametrize("t", [0, 1, 6, 8, 14, 30, 38, DAYS - 1])
def test_features_equal_a_slow_count(lived, t):
    _, past = lived
    days = pd.concat(past.days["carried"], ignore_index=True)
    expected = slow(days[days.t < t], days[days.t == t].reset_index(drop=True), t)
    np.testing.assert_array_equal(past.read[t], expected)


def test_the_natural_twin_counts_an_undisturbed_world(lived):
    sim, past = lived
    t = DAYS
    sim.world.arrivals(sim.people, sim.draws, t)
    today = sim.world._today.payments
    out = np.empty((len(today), len(FEATURES)))
    Rolling(sim.people, "natural", DELAY).fill(today, today.cents, t, out)
    days = pd.concat(past.days["natural"], ignore_index=True)
    asked = table(t, today, today.cents, True, True)
    np.testing.assert_array_equal(out, slow(days, asked, t))


def test_something_was_stopped_and_hidden(lived):
    _, past = lived
    days = pd.concat(past.days["carried"], ignore_index=True)
    assert (days.happened == 0).sum() > 100
    assert ((days.happened == 0) & (days.known == 1)).sum() > 20
    assert (days.known == 0).sum() > 20
    assert days.fraud.sum() > 50

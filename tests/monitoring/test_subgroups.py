"""Subgroups: who counts where, who is left out, and what alarms."""

import numpy as np
import pytest
from scipy.stats import binomtest
from shown import cases, labels, nothing

from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.registry import find

SCHEMA = Schema(("income", "home"), {"home": ("owns", "rents")})
LABELLED = 2000


def made(**settings):
    settings = {"kind": "subgroups", **settings}
    monitor = find("monitor", "subgroups").model_validate(settings).build(SCHEMA)
    rows = np.c_[np.arange(8.0), np.zeros(8)]  # quartiles at 1.75, 3.5 and 5.25
    monitor.refer(rows, np.zeros(8), np.ones(8, np.int8))
    return monitor


def decided(t, n=LABELLED, seed=0):
    rng = np.random.default_rng(seed)
    features = np.c_[rng.uniform(0, 7, n), rng.integers(0, 2, n)]
    return cases(t, features, group=rng.integers(0, 2, n))


def watched(monitor, of, right):
    monitor.see_cases(of.round, of)
    monitor.see_labels(of.round + 1, labels(of, np.where(right, of.actions, 1 - of.actions)))
    return monitor.read(of.round + 1)


def test_every_level_and_every_pair_of_levels_is_counted():
    of = decided(0)
    monitor = made(minimum=1)
    right = np.random.default_rng(1).random(LABELLED) < 0.8
    reading = watched(monitor, of, right)
    table = {row.name: row for row in monitor.table()}
    assert len(table) == (2 + 4 + 2) + (2 * 4 + 2 * 2 + 4 * 2)
    income, home, group = of.features[:, 0], of.features[:, 1], of.group
    members = {
        "group 1": group == 1,
        "home rents": home == 1,
        "income up to 1.75": income <= 1.75,
        "group 0 and home owns": (group == 0) & (home == 0),
        "income above 5.25 and home rents": (income > 5.25) & (home == 1),
    }
    for name, mine in members.items():
        assert (table[name].labels, table[name].share) == (mine.sum(), right[mine].mean()), name
        ci = binomtest(int(right[mine].sum()), int(mine.sum())).proportion_ci(0.95, "wilson")
        assert (table[name].low, table[name].high) == pytest.approx((ci.low, ci.high))
    assert reading.values["subgroups.all"] == pytest.approx(right.mean())
    assert reading.values["subgroups"] == min(row.share for row in table.values())
    assert reading.values["subgroups.known"] == len(table)


def test_a_pair_that_fares_badly_is_found_where_no_column_alone_shows_it():
    of = decided(0, n=4000)
    odd = (of.group == 1) == (of.features[:, 1] == 1)  # wrong where the two agree, more or less
    right = np.random.default_rng(1).random(4000) < np.where(odd, 0.7, 0.95)
    paired, single = (watched(made(pairs=p, worse=0.05), of, right) for p in (True, False))
    assert paired.alarm.startswith("group ") and " and home " in paired.alarm
    assert not single.alarm


def test_without_a_difference_alarms_stay_within_the_budget():
    rng, found = np.random.default_rng(2), 0
    for seed in range(100):
        found += bool(watched(made(worse=0.0), decided(0, seed=seed), rng.random(2000) < 0.8).alarm)
    assert found <= 4  # 1 in 100 by design; 5 or more have a chance below 1 in 250


def test_small_subgroups_are_left_out():
    of = decided(0, n=100)
    right = np.ones(100, bool)
    reading = watched(made(minimum=60), of, right)
    assert reading.values["subgroups.known"] <= 2
    assert np.isnan(watched(made(minimum=101), of, right).values["subgroups"])


def test_labels_leave_the_window_and_other_feedback_never_enters():
    monitor, of = made(window=3, minimum=1), decided(0)
    watched(monitor, of, np.ones(LABELLED, bool))
    assert [monitor.read(3).values["subgroups.known"]] == [28.0]
    monitor.see_labels(4, nothing())
    assert monitor.read(4).values["subgroups.known"] == 0.0
    monitor.see_cases(4, later := decided(4))
    monitor.see_labels(5, labels(later, later.actions, kind=1))
    assert monitor.read(5).values["subgroups.known"] == 0.0


def test_labels_that_come_late_find_their_case_and_too_late_ones_do_not():
    monitor, old, new = made(patience=5, minimum=1, window=1), decided(0), decided(3, seed=2)
    monitor.see_cases(0, old)
    monitor.see_cases(3, new)
    monitor.see_labels(4, labels(old, old.actions))
    assert monitor.read(4).values["subgroups.known"] == 28.0
    monitor.see_cases(9, decided(9, n=0))  # the cases of round 3 have waited for six rounds
    monitor.see_labels(9, labels(new, new.actions))
    assert monitor.read(9).values["subgroups.known"] == 0.0


def test_of_a_large_round_some_are_followed_and_their_labels_found():
    monitor = made(sample=500, minimum=1)
    of = decided(0, n=40_000)
    watched(monitor, of, np.ones(40_000, bool))
    assert sum(row.labels for row in monitor.table() if row.name.count("and") == 0) == 3 * 500
    assert monitor.state()["waiting"].size == 0


def test_missing_values_are_a_level():
    monitor = made(minimum=1, columns=["income", "home"], pairs=False)
    of = cases(0, [[np.nan, np.nan], [1.0, 0.0]])
    watched(monitor, of, [True, True])
    names = {row.name for row in monitor.table()}
    assert names == {"income missing", "home missing", "income up to 1.75", "home owns"}


def test_a_column_that_there_is_not_is_refused():
    with pytest.raises(InputError, match=r"no column 'incme'; .*did you mean 'income'"):
        made(columns=["incme"])

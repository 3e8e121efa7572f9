"""What a drift monitor is alarmed by, and what it holds the newest round against."""

import numpy as np
import pytest
from shown import cases, labels, nothing

from loopsim.features import Schema
from loopsim.registry import find

ONE, TWO = Schema(("income",)), Schema(("income", "debt"))
KINDS = ("ks", "psi", "wasserstein", "jensen-shannon", "mmd")


def made(kind="ks", schema=TWO, **settings):
    return find("monitor", kind).model_validate({"kind": kind, **settings}).build(schema)


def normal(n=800, mean=(0.0, 0.0), seed=0):
    return np.random.default_rng(seed).normal(mean, 1.0, (n, len(mean)))


def readings(monitor, rounds):
    """What it reads of each of these tables of features, in the round after."""
    out = []
    for t, rows in enumerate([*rounds, None]):
        monitor.see_labels(t, nothing())
        out.append(monitor.read(t))
        if rows is not None:
            monitor.see_cases(t, cases(t, rows))
    return out[1:]


def fit(monitor, rows):
    half = np.full(len(rows), 0.5)
    monitor.refer(rows, half, np.ones(len(rows), np.int8))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("against", ["fitted", "start", "trailing"])
def test_a_feature_that_moves_alarms_and_is_named(kind, against):
    monitor = made(kind, against=against, window=3, budget=1e-3)
    fit(monitor, normal(seed=9))
    before = [normal(seed=t) for t in range(4)]
    *quiet, loud = readings(monitor, [*before, normal(mean=(0.0, 1.0), seed=7)])
    assert [r.alarm for r in quiet] == [""] * 4
    assert ("debt moved by" in loud.alarm or kind == "mmd") and "income" not in loud.alarm
    assert loud.values[f"{kind}.least_p"] < 1e-6
    if kind != "mmd":
        assert loud.values[kind] == loud.values[f"{kind}.debt"] > loud.values[f"{kind}.income"]


def test_only_the_kernel_sees_what_moved_between_columns():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(500, 1))
    same, bound = rng.normal(size=(500, 2)), np.c_[x, 0.9 * x + 0.436 * rng.normal(size=(500, 1))]
    assert readings(made("mmd"), [same, bound])[1].alarm
    assert not readings(made("ks"), [same, bound])[1].alarm


def test_what_was_fitted_on_stays_usual_until_the_next_version():
    monitor = made(against="fitted")
    fit(monitor, normal(seed=1))
    far = normal(mean=(2.0, 0.0), seed=2)
    assert all(r.alarm for r in readings(monitor, [far] * 6))
    fit(monitor, far)
    assert not any(r.alarm for r in readings(monitor, [normal(mean=(2.0, 0.0), seed=3)] * 3))


def test_a_trailing_window_gets_used_to_anything():
    rounds = [normal(seed=t) for t in range(3)]
    rounds += [normal(mean=(2.0, 0.0), seed=t) for t in range(3, 9)]
    alarmed = [bool(r.alarm) for r in readings(made(window=3), rounds)]
    assert alarmed[3] and not alarmed[-1] and not any(alarmed[:3])


def test_the_start_of_a_version_is_usual_once_it_is_over():
    monitor = made(against="start", window=3)
    read = readings(monitor, [normal(seed=t) for t in range(5)])
    assert [np.isnan(r.values["ks"]) for r in read] == [True] * 3 + [False] * 2
    fit(monitor, normal(seed=1))
    assert np.isnan(readings(monitor, [normal(seed=8)])[0].values["ks"])


def test_scores_of_another_version_are_not_held_against_the_new_ones():
    monitor = made(of="scores")

    def live(t, score):
        monitor.read(t)
        monitor.see_cases(t, cases(t, normal(100), np.full(100, score)))

    live(0, 0.2)
    monitor.read(1)
    fit(monitor, normal())
    live(1, 0.9)
    assert np.isnan(monitor.read(2).values["ks.scores"])
    live(2, 0.2)
    assert monitor.read(3).alarm


def test_labels_are_watched_as_they_come_and_nothing_else_is_a_label():
    monitor = made(of="labels")

    def reading(t, good, kind=0):
        known = cases(t, normal(200))
        monitor.see_labels(t + 1, labels(known, np.arange(200) < good, kind))
        return monitor.read(t + 1)

    assert np.isnan(reading(0, 160).values["ks.labels"])
    assert not reading(1, 158).alarm
    assert np.isnan(reading(2, 0, kind=1).values["ks.labels"])
    assert reading(3, 80).values["ks.labels"] == pytest.approx(0.795 - 0.4)


def test_few_values_say_nothing():
    read = readings(made(), [normal(800), normal(29, (5.0, 5.0))])
    assert np.isnan(read[1].values["ks"]) and not read[1].alarm


def test_a_small_distance_is_no_alarm_however_sure():
    rounds = [normal(1000, seed=1), normal(1000, (0.3, 0.0), seed=2)]
    assert readings(made(), rounds)[1].alarm
    assert not readings(made(least=0.3), rounds)[1].alarm


def test_the_columns_share_the_budget():
    columns = Schema(tuple(f"x{j}" for j in range(50)))
    rng = np.random.default_rng(0)
    rounds = [rng.normal(size=(400, 50)) for _ in range(60)]
    assert sum(bool(r.alarm) for r in readings(made(schema=columns, budget=2.0), rounds)) <= 4


def test_a_category_is_compared_by_its_levels():
    schema = Schema(("home",), {"home": ("owns", "rents", "other")})
    before, after = np.repeat([0.0, 1.0], 200)[:, None], np.repeat([0.0, 2.0], 200)[:, None]
    for kind in KINDS:
        assert readings(made(kind, schema), [before, after])[1].alarm, kind


def test_a_feature_that_is_all_missing_leaves_the_others_to_be_compared():
    lost = normal(mean=(0.0, 1.0), seed=3)
    lost[:, 0] = np.nan
    for kind in KINDS:
        loud = readings(made(kind), [normal(seed=1), lost])[1]
        assert loud.alarm and "income" not in loud.alarm, kind


def test_confidence_is_the_mean_margin_and_alarms_either_way():
    monitor = made("confidence", budget=1.0)
    rng = np.random.default_rng(0)

    def reading(t, low, high):
        monitor.see_cases(t, cases(t, normal(500), rng.uniform(low, high, 500)))
        return monitor.read(t + 1)

    reading(0, 0.8, 1.0)
    sure = reading(1, 0.8, 1.0)
    assert sure.values["confidence"] == pytest.approx(0.8, abs=0.03) and not sure.alarm
    assert "margin" in reading(2, 0.4, 0.6).alarm


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_round_is_looked_at_in_part(kind):
    monitor = made(kind, sample=200)
    monitor.see_cases(0, cases(0, normal(50_000)))
    assert monitor.state()["new"].shape == (200, 2)

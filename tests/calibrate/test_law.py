"""The law finds what is there, and says how sure it may be of it."""

import numpy as np
import pytest

from loopsim.calibrate.boosting import boosted
from loopsim.calibrate.law import FOLDS, fit_law, folds_of
from loopsim.calibrate.table import checked
from loopsim.calibrate.yardsticks import expit, measured
from loopsim.draws import Draws


@pytest.fixture(scope="module")
def table(people):
    return checked(people, "people.csv", "default", "1", "sex")


@pytest.fixture(scope="module")
def fold(table):
    return folds_of(table.good, Draws(0))


@pytest.fixture(scope="module")
def fit(table, fold):
    return fit_law(table, fold)


def test_the_law_recovers_the_log_odds_that_made_the_rows(people, table, fit):
    # From conftest's formula, restated so that the two are independent.
    income = people["income"].to_numpy()
    true = np.where(np.isnan(income), -0.8, np.minimum(income, 5.0) * 0.5 - 1.0) + 0.8
    true += people["home"].map({"owns": 0.7, "rents": -0.2}).astype(float).fillna(0.0).to_numpy()
    true -= 0.6 * (people["late"].to_numpy() > 0)
    error = fit.law.logodds(table.features, table.group) - true
    assert abs(error.mean()) < 0.05
    assert np.sqrt(np.mean(error**2)) < 0.15
    for income_is_missing in (True, False):
        assert abs(error[np.isnan(income) == income_is_missing].mean()) < 0.12


def test_figures_on_unseen_rows_are_no_better_than_the_truth_allows(people, table, fit):
    auc = measured(table.good, fit.unseen).auc
    seen = measured(table.good, expit(fit.law.logodds(table.features, table.group))).auc
    assert 0.65 < auc <= seen


def test_the_law_is_calibrated_on_unseen_rows(table, fit):
    assert measured(table.good, fit.unseen).calibration_error < 0.02
    for group in (0, 1):
        inside = table.group == group
        sd = np.sqrt((fit.unseen[inside] * (1 - fit.unseen[inside])).sum()) / inside.sum()
        assert abs(fit.unseen[inside].mean() - table.good[inside].mean()) < 4 * sd


def test_an_additive_truth_leaves_boosting_nothing_to_gain(table, fold, fit):
    boosting = measured(table.good, boosted(table, fold, Draws(0))).auc
    assert measured(table.good, fit.unseen).auc > boosting - 0.01


def test_points_by_group_find_a_law_that_differs_by_group(people):
    other = people.copy()
    rng = np.random.default_rng(5)
    slope = np.where(other["sex"] == "f", 0.8, -0.8)
    logodds = 0.5 + slope * (other["income"].fillna(4.0).to_numpy() - 4.0)
    other["default"] = (rng.random(len(other)) > expit(logodds)).astype(int)
    table = checked(other, "people.csv", "default", 1, "sex")
    fold = folds_of(table.good, Draws(0))
    common = fit_law(table, fold)
    by_group = fit_law(table, fold, by_group=True)
    assert measured(table.good, common.unseen).auc < 0.6
    assert measured(table.good, by_group.unseen).auc > 0.75
    assert len(by_group.law.intercept) == 2

    def error(fit):
        p = expit(fit.law.logodds(table.features, table.group))
        return np.sqrt(np.mean((p - expit(logodds)) ** 2))

    # Some 50 figures from 12,000 rows: 0.45 * sqrt(50 / 12000) = 0.03 is what chance leaves.
    assert error(by_group) < 0.04
    assert error(common) > 0.2


def test_folds_are_keyed_and_have_the_same_share_of_good_rows(table, fold):
    assert np.array_equal(fold, folds_of(table.good, Draws(0)))
    assert not np.array_equal(fold, folds_of(table.good, Draws(1)))
    shares = [table.good[fold == k].mean() for k in range(FOLDS)]
    assert np.ptp(shares) < 1e-3


def test_the_same_rows_and_seed_give_the_same_law(table, fold, fit):
    assert fit_law(table, fold).law == fit.law

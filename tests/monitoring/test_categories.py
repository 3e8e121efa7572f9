"""Levels that were not fitted on."""

import numpy as np
import pytest
from shown import cases

from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.monitoring.categories import CategoryMonitor

SCHEMA = Schema(("income", "home", "job"), {"home": ("owns", "rents"), "job": ("a", "b", "c")})


def fitted(above=0.0):
    monitor = CategoryMonitor(SCHEMA, above)
    rows = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, np.nan]])
    monitor.refer(rows, np.zeros(3), np.ones(3, np.int8))
    return monitor


def read(monitor, rows):
    monitor.see_cases(0, cases(0, np.asarray(rows, dtype=float)))
    return monitor.read(1)


def test_a_new_level_alarms_by_its_name():
    reading = read(fitted(), [[0.0, 1.0, 0.0]] * 3 + [[0.0, 0.0, 2.0]])
    assert reading.values == {"new-category": 0.25}
    assert reading.alarm == "job is new in 25.0% of the cases: c"


def test_known_levels_and_missing_values_are_not_new():
    reading = read(fitted(), [[9.0, 1.0, 1.0], [9.0, np.nan, np.nan]])
    assert reading.values == {"new-category": 0.0} and not reading.alarm


def test_once_fitted_on_it_is_not_new_any_more():
    monitor = fitted()
    monitor.refer(np.array([[0.0, 0.0, 2.0]]), np.zeros(1), np.ones(1, np.int8))
    assert not read(monitor, [[0.0, 0.0, 2.0]]).alarm


def test_a_world_without_categories_is_refused():
    with pytest.raises(InputError, match="none of the world's features is a category"):
        CategoryMonitor(Schema(("income",)), 0.0)

"""Values outside the range of what was fitted on."""

import numpy as np
from shown import cases

from loopsim.features import Schema
from loopsim.monitoring.ranges import RangeMonitor

SCHEMA = Schema(("income", "home", "debt"), {"home": ("owns", "rents")})


def fitted(above=0.02):
    monitor = RangeMonitor(SCHEMA, above)
    rows = np.array([[1.0, 0.0, 5.0], [3.0, 0.0, np.nan], [2.0, 0.0, 9.0]])
    monitor.refer(rows, np.zeros(3), np.ones(3, np.int8))
    return monitor


def read(monitor, rows):
    monitor.see_cases(0, cases(0, np.asarray(rows, dtype=float)))
    return monitor.read(1)


def test_the_share_outside_is_read_and_the_feature_is_named():
    inside = [[1.0, 1.0, 5.0]] * 9
    reading = read(fitted(), [*inside, [2.0, 1.0, 9.5]])
    assert reading.values == {"range": 0.1}
    assert reading.alarm == "debt is outside 5 to 9 in 10.0% of the cases"


def test_both_ends_are_inside_and_a_missing_value_or_a_category_is_not_outside():
    reading = read(fitted(), [[1.0, 1.0, 5.0], [3.0, 7.0, 9.0], [2.0, np.nan, np.nan]])
    assert reading.values == {"range": 0.0} and not reading.alarm


def test_a_small_share_is_no_alarm():
    assert not read(fitted(above=0.2), [[1.0, 0.0, 5.0]] * 9 + [[9.0, 0.0, 5.0]]).alarm


def test_without_a_version_or_cases_it_is_unknown():
    assert np.isnan(read(RangeMonitor(SCHEMA, 0.1), [[1.0, 0.0, 5.0]]).values["range"])
    assert np.isnan(read(fitted(), np.empty((0, 3))).values["range"])

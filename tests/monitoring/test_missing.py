"""Values that stopped coming."""

import numpy as np
from shown import cases

from loopsim.monitoring.missing import MissingMonitor


def read(usual, now, above=0.1):
    monitor = MissingMonitor(("income", "debt"), above)
    if len(usual):
        monitor.refer(np.asarray(usual), np.zeros(len(usual)), np.ones(len(usual), np.int8))
    monitor.see_cases(0, cases(0, np.asarray(now)))
    return monitor.read(1)


def test_growth_counts_and_not_the_share():
    rows = [[1.0, np.nan], [1.0, 1.0]]
    assert read(rows, rows).values == {"missing": 0.0}
    reading = read(rows, [[1.0, np.nan]])
    assert reading.values == {"missing": 0.5}
    assert reading.alarm == "debt is missing in 100% of the cases, usually 50%"


def test_without_cases_it_is_unknown():
    assert np.isnan(read([[1.0, 1.0]], np.empty((0, 2))).values["missing"])

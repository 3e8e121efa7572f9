import numpy as np
import pandas as pd
import pytest

from loopsim.report import frame
from loopsim.report.panels import TRUE, Line, Panel

STEADY = 0.9 + 0.05 * np.sin(np.arange(60))


def shown(values, **settings):
    return frame.of(Panel("", [Line(pd.Series(values, dtype=float), TRUE)], **settings))


def holds(box, values):
    return box.low < np.nanmin(values) and np.nanmax(values) < box.high


def test_all_values_are_within_the_frame():
    for values in (STEADY, np.zeros(9), [3.0], [np.nan, -5.0, 1e6]):
        assert holds(shown(values), values) and shown(values).note == ""


def test_a_wild_start_is_left_out_and_said():
    wild = np.r_[np.zeros(5), STEADY[5:]]
    assert holds(shown(wild), wild[10:]) and shown(wild).low > 0.5
    assert shown(wild).note == " (at first beyond the frame, from 0 to 0.95)"


@pytest.mark.parametrize("at", [10, 30, 59])
def test_what_happens_later_is_never_left_out(at):
    wild = STEADY.copy()
    wild[at] = 0.0
    assert holds(shown(wild), wild) and shown(wild).note == ""


def test_a_short_run_is_shown_whole():
    wild = np.r_[0.0, STEADY[:19]]
    assert holds(shown(wild), wild)


def test_a_floor_and_a_level_are_within_the_frame():
    assert shown(STEADY, floor=0.0).low < 0 < shown(STEADY, floor=0.0).high
    assert shown(-STEADY, level=0.0).high > 0

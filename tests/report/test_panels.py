import numpy as np
import pandas as pd

from loopsim.report.panels import TRUE, Line, Panel, known, of_group
from loopsim.report.stack import _marked

NOTHING, SOME = pd.Series(dtype=float), pd.Series([1.0])


def test_lines_without_values_and_panels_without_lines_are_dropped():
    empty, line = Line(NOTHING, TRUE), Line(SOME, TRUE)
    (kept,) = known([Panel("none", [empty]), Panel("some", [empty, line], floor=0.0)])
    assert kept.title == "some" and list(kept.lines) == [line] and kept.floor == 0.0


def test_no_two_of_thirty_groups_look_alike():
    looks = {(line.colour, line.marker) for line in (of_group(NOTHING, i) for i in range(30))}
    assert len(looks) == 30


def test_a_value_without_neighbours_is_marked_so_that_it_can_be_seen():
    nan = np.nan
    assert _marked(np.array([nan, 1.0, nan, 2.0, 3.0, nan, 4.0]), marker=False) == [1, 6]
    assert _marked(np.arange(60.0), marker=True) == list(range(0, 60, 6))

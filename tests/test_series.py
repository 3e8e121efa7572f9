"""Figures over rounds."""

import numpy as np
import pytest

from loopsim.series import Series


def series():
    out = Series(("a", "b"))
    for t in range(3):
        out.add(t, "observed", {"auc": np.array([t, t + 0.1, np.nan])})
        figures = {"auc": np.array([t, 1.0, 2.0]), "gap.auc": np.array([1.0, np.nan, np.nan])}
        out.add(t, "true", figures)
    return out


def test_a_figure_is_found_by_ledger_metric_and_group():
    assert series().values("true", "auc").tolist() == [0, 1, 2]
    assert series().values("observed", "auc", "a").tolist() == [0.1, 1.1, 2.1]
    assert series().names("true") == ("auc", "gap.auc")


def test_an_unknown_metric_names_those_there_are():
    with pytest.raises(KeyError, match="no observed metric 'brier'; there are auc"):
        series().values("observed", "brier")


def test_the_long_form_has_gaps_for_everybody_only():
    frame = series().frame()
    assert list(frame.columns) == ["round", "ledger", "metric", "group", "value"]
    assert set(frame.loc[frame.metric == "gap.auc", "group"]) == {"all"}
    assert len(frame) == 3 * 3 + 3 * (3 + 1)
    one = frame.query("ledger == 'true' and metric == 'auc' and group == 'b' and round == 2")
    assert one["value"].tolist() == [2.0]


def test_the_long_form_of_nothing_is_empty():
    assert series().frame().shape[1] == Series(("a",)).frame().shape[1] == 5
    assert len(Series(("a",)).frame()) == 0


def test_a_restored_series_is_the_same_and_goes_on():
    again = Series(("a", "b"))
    again.restore(series().state())
    assert again.frame().equals(series().frame())
    again.add(3, "observed", {"auc": np.zeros(3)})
    assert again.values("observed", "auc").size == 4

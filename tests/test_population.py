"""Columns with stable ids."""

import numpy as np
import pytest

from loopsim.population import Population


def people():
    out = Population(np.array([2, 5, 9]), score=np.array([1.0, 2.0, 3.0]))
    out.world["price"] = np.array([0.5])
    return out


def test_rows_are_found_by_id():
    assert people().rows([9, 2]).tolist() == [2, 0]


def test_newcomers_are_appended_and_nobody_moves():
    here = people()
    here.join(np.array([10]), score=np.array([4.0]))
    assert here.ids.tolist() == [2, 5, 9, 10]
    assert here["score"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("reused", [2, 9, 0])
def test_an_id_is_never_reused(reused):
    with pytest.raises(ValueError, match="ids are never reused"):
        people().join(np.array([reused]), score=np.array([0.0]))


def test_newcomers_need_every_column_and_no_other():
    with pytest.raises(ValueError, match=r"exactly the columns \['score'\]"):
        people().join(np.array([10]), age=np.array([0.0]))


def test_a_column_has_one_row_an_entity():
    with pytest.raises(ValueError, match="column 'age' has"):
        people()["age"] = np.zeros(2)


def test_an_unknown_column_names_those_there_are():
    with pytest.raises(KeyError, match=r"no column 'age'; there are \['score'\]"):
        people()["age"]


def test_state_brings_everything_back():
    there = Population(np.empty(0, np.int64))
    there.restore(people().state())
    assert there.ids.tolist() == [2, 5, 9]
    assert list(there) == ["score"] and "score" in there and len(there) == 3
    assert there["score"].tolist() == [1, 2, 3]
    assert there.world["price"].tolist() == [0.5]

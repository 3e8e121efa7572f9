"""A map over two parameters: a gain a point, and a line where it is 1."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError

HOW = {"push": "shown", "size": 0.1, "metric": "true.shown", "at": 3, "seeds": 2, "workers": 1}


@pytest.fixture
def plan(theory):
    return theory.scenario({"kind": "theory-mean", "people": 20}, rounds=13)


@pytest.fixture
def grid():
    return {"environment.epsilon": [0.5, 1.5], "loops.feature": [0.2, 0.6, 1.0]}


def test_the_gain_of_a_loop_closed_in_part_is_that_part_of_it(plan, grid):
    found = loopsim.stability_map(plan, grid, **HOW)
    table = found.table
    exact = table["environment.epsilon"] * table["loops.feature"]
    assert table["gain"].to_numpy() == pytest.approx(exact.to_numpy(), abs=1e-6)
    said = np.where(exact > 1, "runaway", "self-correcting")
    assert table["verdict"].tolist() == said.tolist()
    assert len(table) == 6 and len(found.to_dict()["points"]) == 6


def test_the_map_is_drawn_the_same_every_time(plan, grid, tmp_path):
    found = loopsim.stability_map(plan, grid, **HOW)
    one, two = (found.figure(tmp_path / f"{name}.png") for name in "ab")
    assert one.read_bytes() == two.read_bytes() and one.stat().st_size > 5000


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"environment.epsilon": [0.5, 1.5]}, "must have two parameters, and has 1"),
        ({"environment.epsilon": [0.5, 1.5], "environment.mu": []}, "environment.mu: no values"),
        ({"environment.epsilon": [1.5, 0.5], "environment.mu": [1.0]}, "must ascend"),
    ],
)
def test_a_grid_that_is_none_is_told(plan, grid, message):
    with pytest.raises(InputError, match=message):
        loopsim.stability_map(plan, grid, **HOW)

"""Branches share everything up to a round, bit for bit, whether or not models can be saved."""

import numpy as np
import pytest

import loopsim
from loopsim.models.base import CannotSave
from loopsim.twins.branch import grown, pushed
from loopsim.twins.pushes.scores import Scores

PLAN = {
    "name": "branches", "rounds": 8, "seed": 4,
    "environment": {"kind": "lending", "people": 1500, "dropout": 0.2, "discouragement": 0.5},
    "training": {
        "rule": {"kind": "every", "rounds": 2}, "history": {"rows": 400},
        "gate": {"kind": "approval", "delay": 1},
    },
}  # fmt: skip


@pytest.fixture
def plan():
    return loopsim.Scenario.parse(PLAN)


@pytest.mark.parametrize("t", [0, 3, 5])
def test_an_undisturbed_branch_is_the_run_itself(plan, t):
    whole = loopsim.Simulation(plan).run().series.frame()
    with grown(plan, t) as stem:
        branch = stem.branch()
        assert branch.t == t
        assert branch.run().series.frame().equals(whole)


def test_one_branch_does_not_disturb_the_next(plan):
    with grown(plan, 3) as stem:
        first = stem.branch().run().series.frame()
        pushed(stem.branch(), Scores(0.3)).run()
        assert stem.branch().run().series.frame().equals(first)


def test_models_that_cannot_be_saved_are_lived_anew(plan, monkeypatch):
    whole = loopsim.Simulation(plan).run().series.frame()

    def refuse(self, path):
        raise CannotSave("no")

    model = type(loopsim.Simulation(plan).model)
    monkeypatch.setattr(model, "save", refuse)
    with grown(plan, 3) as stem:
        assert stem.state is None
        assert stem.branch().run().series.frame().equals(whole)


def test_a_pushed_branch_is_one_round_on_and_differs_from_that_round(plan):
    with grown(plan, 3) as stem:
        base, moved = pushed(stem.branch(), None), pushed(stem.branch(), Scores(0.2))
    assert base.t == moved.t == 4
    scores = [sim.series.values("true", "score") for sim in (base, moved)]
    assert np.array_equal(scores[0][:3], scores[1][:3]) and scores[1][3] > scores[0][3]

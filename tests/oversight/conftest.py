import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.oversight.base import Folder
from loopsim.oversight.reviewers.settings import Expert


@pytest.fixture
def folder():
    """Makes cases whose outcome goes with two of three features and, roughly, with the score."""

    def make(n=20_000, seed=0, *, cued=True, t=0, **columns):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 3))
        logodds = 0.8 - 1.2 * x[:, 0] + 0.8 * x[:, 1]
        good = (rng.random(n) < 1 / (1 + np.exp(-logodds))).astype(np.int8)
        score = 1 / (1 + np.exp(-logodds - rng.normal(size=n)))
        made = {
            "round": t,
            "ids": np.arange(n),
            "features": x,
            "group": rng.integers(0, 2, n).astype(np.int8),
            "score": score,
            "advised": (score > 0.6).astype(np.int8),
            "cued": np.full(n, cued),
            "good": good,
            "hours": np.zeros(n),
            "guide": np.full(n, -1, np.int8),
        }
        return Folder(**(made | columns))

    return make


@pytest.fixture
def team(folder):
    """Makes a prepared team of experts, by their dials."""

    def make(kind=Expert, seed=0, **dials):
        made = kind(**dials).build(("a", "b"), ("x", "y", "z"))
        made.prepare(folder(4000, seed=9), Draws(seed))
        return made

    return make


@pytest.fixture
def ask():
    """Answers and reasons of one reviewer to a whole folder."""

    def answers(team, folder, who=0, seed=0):
        return team.review(folder, np.full(len(folder), who, np.int16), Draws(seed))

    return answers

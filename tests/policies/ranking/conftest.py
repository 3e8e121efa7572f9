"""A round of visits to rank for."""

from collections.abc import Callable

import numpy as np
import pytest

from loopsim.cases import Cases
from loopsim.slates import Catalogue, Visits
from loopsim.testing.slate_policies import Known


@pytest.fixture
def make_visits() -> Callable[..., Cases]:
    """``make_visits(scores, exclude=(), gone=(), items=None, users=None, born=None, t=0)``."""

    def make(scores, exclude=(), gone=(), items=None, users=None, born=None, t=0) -> Cases:
        scores = np.atleast_2d(np.asarray(scores, dtype=np.float32))
        n, m = scores.shape
        ids, available = np.arange(n) * 3 + 1, np.ones(m, dtype=bool)
        available[np.asarray(gone, dtype=int)] = False
        items = np.empty((m, 0)) if items is None else np.asarray(items, dtype=float)
        users = np.empty((n, 0)) if users is None else np.asarray(users, dtype=float)
        barred = np.tile(np.asarray(exclude, dtype=np.int64), (n, 1))
        born = np.zeros(m, int) if born is None else np.asarray(born)
        visits = Visits(ids, users, barred, Catalogue(items, np.zeros(m, int), born, available))
        return Cases(t, ids, ids, np.zeros(n, np.int8), features=visits, scores=Known(scores))

    return make

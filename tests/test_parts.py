"""Parts side by side: every row once, the same bytes whatever the number of threads."""

import numpy as np
import pytest

from loopsim import exact, parts
from loopsim.draws import Draws, Stream
from loopsim.monitoring.tally import empty, tally

ROWS = 2 * parts.PART + 17


@pytest.mark.parametrize("rows", [0, 1, parts.PART, parts.PART + 1, ROWS])
def test_every_row_is_in_one_part(rows):
    seen = np.zeros(rows, dtype=np.int8)
    parts.in_parts(rows, lambda at: np.add(seen[at], 1, out=seen[at]))
    assert (seen == 1).all()


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_the_figures_do_not_depend_on_the_threads(threads, monkeypatch):
    ids = np.arange(ROWS)

    def figures():
        x = Draws(4).normal(Stream.WORLD, 2, ids)
        group = (ids % 3).astype(np.int8)
        score = 1 / (1 + np.exp(-x))
        counts = tally(group, (x > 0).astype(np.int8), group, score, empty(3))
        return x, np.array(exact.totals(x, group, 3), dtype=object), counts

    parts._pool.cache_clear()
    monkeypatch.setenv("LOOPSIM_THREADS", "1")
    alone = figures()
    monkeypatch.setenv("LOOPSIM_THREADS", threads)
    parts._pool.cache_clear()
    for one, other in zip(alone, figures(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_error_in_a_part_reaches_the_caller():
    def work(at):
        if at.start:
            raise ValueError("second part")

    with pytest.raises(ValueError, match="second part"):
        parts.in_parts(ROWS, work)


def test_sums_by_group_are_those_of_numpy():
    x = Draws(1).normal(Stream.WORLD, 0, np.arange(1003))
    group = (np.arange(1003) % 2).astype(np.int8)
    expected = [x[group == g].sum() for g in (0, 1)]
    found = [total / exact.UNIT for total in exact.totals(x, group, 2)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_worker_process_uses_one_thread(monkeypatch):
    monkeypatch.setenv("LOOPSIM_THREADS", "3")
    assert parts.threads() == 3
    parts.one_thread()
    assert parts.threads() == 1

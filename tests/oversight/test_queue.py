"""The line: SimPy and the compiled pass are one, and both are what queueing theory says."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.oversight import queue
from loopsim.oversight.base import NOBODY


def engines(monkeypatch, *line):
    for few in (10**9, -1):
        monkeypatch.setattr(queue, "FEW", few)
        yield queue.serve(*line)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60), r=st.integers(1, 5))
@pytest.mark.parametrize("grid", [0, 2])
def test_the_compiled_line_is_simpys_bit_for_bit(grid, seed, n, r):
    rng = np.random.default_rng(seed)
    arrive = rng.random(n) * 8 if rng.random() < 0.7 else np.zeros(n)
    service = rng.exponential(0.5, n) + 0.001
    if grid:  # everything happens at the same few instants
        arrive, service = np.round(arrive * grid) / grid, np.full(n, 1 / grid)
    on = rng.integers(0, 3, r) * rng.random(r)
    off, room = on + rng.random(r) * 6, rng.integers(0, 20, r)
    late = np.inf if rng.random() < 0.5 else rng.random() * 2
    budget = rng.random(r) * 6
    line = arrive, rng.integers(0, 4, n).astype(float), service, on, off, room, budget, late
    with pytest.MonkeyPatch.context() as monkeypatch:
        (who, start), (who2, start2) = engines(monkeypatch, *line)
    np.testing.assert_array_equal(who, who2)
    np.testing.assert_array_equal(start, start2)
    seen = who != NOBODY
    assert (np.bincount(who[seen], minlength=r) <= room).all()
    assert ((start >= arrive) & (start >= on[who]) & (start < off[who]))[seen].all()
    last = np.array([service[who == k].max(initial=0) for k in range(r)])
    worked = np.bincount(who[seen], service[seen], minlength=r)
    assert (worked < budget + last + 1e-9).all()
    assert (start - arrive)[seen].max(initial=0) <= late


def erlang_c(servers, load):
    """Chance that a case has to wait, with Poisson arrivals and exponential service."""
    top = load**servers / factorial(servers) * servers / (servers - load)
    return top / (sum(load**k / factorial(k) for k in range(servers)) + top)


@pytest.mark.parametrize(("servers", "busy"), [(1, 0.6), (3, 0.8), (20, 0.9)])
def test_waiting_time_and_queue_length_are_erlangs(servers, busy):
    n, mean = 400_000, 0.1
    rate = busy * servers / mean
    rng = np.random.default_rng(servers)
    arrive = np.cumsum(rng.exponential(1 / rate, n))
    service = rng.exponential(mean, n)
    zeros, end = np.zeros(servers), np.full(servers, np.inf)
    room = np.full(servers, n)
    who, start = queue.serve(arrive, np.zeros(n), service, zeros, end, room)
    assert (who != NOBODY).all()
    waits = erlang_c(servers, busy * servers)
    expected = waits * mean / (servers * (1 - busy))
    wait = start - arrive
    assert (wait > 0).mean() == pytest.approx(waits, rel=0.03)
    assert wait.mean() == pytest.approx(expected, rel=0.05)
    moments = np.linspace(0.02, 1.0, 20_000) * arrive[-1]
    came, begun = np.searchsorted(arrive, moments), np.searchsorted(np.sort(start), moments)
    assert (came - begun).mean() == pytest.approx(rate * expected, rel=0.06)


def test_who_waits_is_taken_by_priority_and_who_is_idle_longest_takes():
    one = np.ones(3)
    who, start = queue.serve(
        one * 0, np.array([1.0, 3.0, 2.0]), one, one[:1] * 0, one[:1] * 9, np.array([9])
    )
    assert start.tolist() == [2.0, 0.0, 1.0]
    arrive = np.array([0.0, 0.1, 5.0, 6.0])
    who, _ = queue.serve(
        arrive,
        arrive * 0,
        np.array([1.0, 0.2, 1.0, 1.0]),
        one[:2] * 0,
        one[:2] * 9,
        np.array([9, 9]),
    )
    assert who.tolist() == [0, 1, 1, 0]


def test_a_case_that_nobody_had_room_or_time_for_is_left():
    ten, on = np.zeros(10), np.zeros(2)
    who, start = queue.serve(ten, ten, ten + 1, on, on + 2, np.array([9, 1]))
    assert (who == 0).sum() == 2 and (who == 1).sum() == 1 and (who == NOBODY).sum() == 7
    assert np.isnan(start[who == NOBODY]).all()
    who, start = queue.serve(ten, ten, ten + 1, on, on + 9, np.array([9, 9]), None, 1.5)
    assert (who != NOBODY).sum() == 4 and np.nanmax(start) == 1.0

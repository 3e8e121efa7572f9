"""Rounds between a decision and its label."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from loopsim.draws import Draws
from loopsim.feedback import FAR
from loopsim.labels.by_outcome import ByOutcomeDelay
from loopsim.labels.fixed import NEVER, FixedDelay
from loopsim.labels.lognormal import LognormalDelay
from loopsim.labels.mixture import MixtureDelay

N = 100_000
IDS = np.arange(N)
GOOD = np.ones(N, np.int8)
MIXED = (IDS % 3 > 0).astype(np.int8)
EARLY, LATE = LognormalDelay(7.4, 0.75), LognormalDelay(270.0, 0.75)
CREDIT = MixtureDelay((0.25, 0.75), (EARLY, LATE))
DELAYS = [
    FixedDelay(1),
    NEVER,
    EARLY,
    LognormalDelay(0.01, 0.5),
    LognormalDelay(1e6, 10.0),
    LognormalDelay(5.0, 0.0),
    CREDIT,
    ByOutcomeDelay(good=CREDIT, bad=FixedDelay(3)),
]


@pytest.mark.parametrize("delay", DELAYS, ids=str)
def test_every_delay_is_a_new_array_of_whole_rounds_from_one_to_never(delay):
    waits = delay.rounds(MIXED, Draws(0), 5, IDS)
    assert waits.shape == (N,)
    assert waits.dtype == np.int64
    assert waits.min() >= 1
    assert waits.max() <= FAR
    again = delay.rounds(MIXED, Draws(0), 5, IDS)
    assert again is not waits
    assert np.array_equal(again, waits)


@pytest.mark.parametrize("delay", DELAYS, ids=str)
def test_a_label_takes_as_long_whoever_else_is_there(delay):
    some = IDS[::-7]
    alone = delay.rounds(MIXED[some], Draws(0), 5, some)
    assert np.array_equal(alone, delay.rounds(MIXED, Draws(0), 5, IDS)[some])
    assert delay.rounds(np.empty(0, np.int8), Draws(0), 5, np.empty(0, np.int64)).size == 0


@pytest.mark.parametrize(("median", "sigma"), [(7.4, 0.75), (270.0, 0.75), (2.0, 0.3)])
def test_lognormal_waits_have_the_distribution_of_scipy_rounded_up(median, sigma):
    waits = LognormalDelay(median, sigma).rounds(GOOD, Draws(1), 0, IDS)
    law = stats.lognorm(s=sigma, scale=median)
    for rounds in np.unique(law.ppf([0.02, 0.2, 0.5, 0.8, 0.98]).astype(int)):
        p = law.cdf(rounds)
        assert (waits <= rounds).mean() == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / N) + 1e-9)


@settings(max_examples=25, deadline=None)
@given(
    median=st.floats(0.1, 1e5), more=st.floats(1, 10), sigma=st.floats(0, 3), t=st.integers(0, 99)
)
def test_a_longer_median_makes_no_label_earlier(median, more, sigma, t):
    ids, good = IDS[:500], GOOD[:500]
    short = LognormalDelay(median, sigma).rounds(good, Draws(0), t, ids)
    long = LognormalDelay(median * more, sigma).rounds(good, Draws(0), t, ids)
    assert (short <= long).all()


def test_a_mixture_takes_each_delay_for_its_share_and_draws_within_it_anew():
    waits = MixtureDelay((0.2, 0.5, 0.3), (FixedDelay(1), FixedDelay(4), NEVER)).rounds(
        GOOD, Draws(0), 0, IDS
    )
    shares = [(waits == value).mean() for value in (1, 4, FAR)]
    assert shares == pytest.approx([0.2, 0.5, 0.3], abs=0.008)
    credit = CREDIT.rounds(GOOD, Draws(0), 0, IDS)
    for rounds in (7, 30, 270):
        p = 0.25 * stats.lognorm.cdf(rounds, 0.75, scale=7.4)
        p += 0.75 * stats.lognorm.cdf(rounds, 0.75, scale=270.0)
        assert (credit <= rounds).mean() == pytest.approx(p, abs=0.008)


def test_growing_a_share_moves_only_the_cases_that_change_delay():
    few = MixtureDelay((0.2, 0.8), (FixedDelay(2), EARLY)).rounds(GOOD, Draws(0), 0, IDS)
    more = MixtureDelay((0.3, 0.7), (FixedDelay(2), EARLY)).rounds(GOOD, Draws(0), 0, IDS)
    moved = few != more
    assert (more[moved] == 2).all()
    assert 0 < moved.mean() <= 0.105


def test_a_mixture_within_a_mixture_draws_its_own_pick():
    inner = MixtureDelay((0.5, 0.5), (FixedDelay(5), FixedDelay(6)))
    waits = MixtureDelay((0.5, 0.5), (FixedDelay(4), inner)).rounds(GOOD, Draws(0), 0, IDS)
    shares = [(waits == value).mean() for value in (4, 5, 6)]
    assert shares == pytest.approx([0.5, 0.25, 0.25], abs=0.008)


def test_good_and_bad_outcomes_take_their_own_time_and_unknown_ones_never_come():
    label = np.array([1, 0, 2, 1], np.int8)
    delay = ByOutcomeDelay(good=FixedDelay(12), bad=FixedDelay(3))
    assert delay.rounds(label, Draws(0), 0, IDS[:4]).tolist() == [12, 3, FAR, 12]

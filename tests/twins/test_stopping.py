"""Seeds are added until an interval is narrow enough, or a budget ends."""

import numpy as np
import pytest

from loopsim.errors import InputError
from loopsim.twins.statistics import paired_t
from loopsim.twins.stopping import Stopping


def run(rule, noise):
    """All differences that a rule asks for, in the order in which it does."""
    seen = np.empty(0)
    while batch := rule.batch():
        seen = np.r_[seen, noise[list(batch)]]
        rule.look(seen)
    return seen


NOISE = np.random.default_rng(3).normal(1.0, 0.5, 200)


def test_without_a_width_it_is_the_seeds_that_were_asked_for():
    rule = Stopping(7)
    assert run(rule, NOISE).size == 7
    assert rule.why == "7 seeds were asked for"


def test_it_stops_as_soon_as_a_look_is_narrow_enough():
    rule = Stopping(4, until_width=0.4)
    seen = run(rule, NOISE)
    _, low, high = paired_t(seen)
    assert high - low <= 0.4
    sizes = [4]  # the looks: each after half as many again
    while sizes[-1] < seen.size:
        sizes.append(sizes[-1] + max(2, sizes[-1] // 2))
    assert seen.size == sizes[-1]
    _, low, high = paired_t(seen[: sizes[-2]])
    assert high - low > 0.4


def test_the_budget_ends_it_and_it_says_so():
    rule = Stopping(4, until_width=1e-6, max_seeds=10)
    assert run(rule, NOISE).size == 10
    assert rule.why.startswith("the budget of 10 seeds ended")


def test_no_difference_at_all_is_narrow_enough_at_the_first_look():
    assert run(Stopping(2, until_width=0.1), np.zeros(50)).size == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seeds": 1}, "seeds = 1: must be at least 2"),
        ({"seeds": 4, "until_width": 0.0}, "until_width = 0.0: must be above 0"),
        ({"seeds": 4, "until_width": 1.0, "max_seeds": 3}, "max_seeds = 3: must be at least"),
    ],
)
def test_bad_settings_are_told(settings, message):
    with pytest.raises(InputError, match=message):
        Stopping(**settings)

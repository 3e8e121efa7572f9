"""Five branches become a difference per unit of the push, and its means over generations."""

import numpy as np
import pytest

from loopsim.twins.response import by_generation, responses


def branches(answer, size):
    return np.array([[answer(size * times)] for times in (0.0, 1.0, -1.0, 2.0, -2.0)])


def test_the_linear_part_is_the_slope_and_the_others_are_nothing():
    linear, even, double = responses(branches(lambda s: 7.0 + 2.0 * s, 0.1), 0.1)[:, 0]
    assert (linear, even, double) == pytest.approx((2.0, 0.0, 0.0))


def test_the_even_part_is_what_up_and_down_have_in_common():
    _, even, _ = responses(branches(lambda s: s * s, 0.5), 0.5)[:, 0]
    assert even == pytest.approx(0.5)  # (0.25 + 0.25 − 0) / (2 · 0.5)


def test_a_round_that_is_unknown_in_one_branch_shows_no_difference():
    values = branches(lambda s: 5.0 + s, 0.1)
    values[3] = np.nan
    assert responses(values, 0.1).tolist() == [[0.0], [0.0], [0.0]]


def test_generations_are_means_between_their_starts():
    made = np.arange(7.0)[None, None, :].repeat(3, axis=1)
    assert by_generation(made, [(0, 3, 5)])[0, 0].tolist() == [1.0, 3.5]  # the last is cut off
    assert by_generation(made, [(0, 2, 4)])[0, 0].tolist() == [0.5, 2.5, 5.0]


def test_seeds_share_the_fewest_whole_generations():
    made = np.ones((2, 3, 8))
    assert by_generation(made, [(0, 2, 4, 6), (0, 4)]).shape == (2, 3, 2)

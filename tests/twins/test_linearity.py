"""Up and down, small and large must tell the same story."""

import numpy as np
import pytest

from loopsim.twins.linearity import linearity
from loopsim.twins.response import responses

GENERATIONS = np.arange(6)


def parts(answer, seeds=6, noise=0.0, size=0.1):
    """(seeds, 3, generations) of a system that answers to a push of s with answer(s)·0.8ᵍ."""
    rng = np.random.default_rng(2)
    made = []
    for _ in range(seeds):
        branches = np.array([answer(size * times) for times in (0.0, 1.0, -1.0, 2.0, -2.0)])
        values = branches[:, None] * 0.8**GENERATIONS
        made.append(responses(values + noise * rng.normal(size=values.shape), size))
    return np.array(made)


def test_a_linear_answer_holds():
    assert linearity(parts(lambda s: 3.0 * s)).verdict == "holds"
    assert linearity(parts(lambda s: 3.0 * s, noise=0.001)).verdict == "holds"


def test_an_answer_with_a_square_in_it_is_asymmetric_and_fails():
    found = linearity(parts(lambda s: s + 4.0 * s * s))
    assert found.asymmetry[0] == pytest.approx(4.0 * 0.1)  # 4s² over s
    assert found.verdict == "fails"


def test_an_answer_with_a_cube_in_it_is_curved_and_fails():
    found = linearity(parts(lambda s: s + 30.0 * s**3))
    # Per unit, the double push adds 30·(2s)² − 30·s² = 0.9 to a mean slope of 1 + (0.3 + 1.2)/2.
    assert found.curvature[0] == pytest.approx(0.9 / 1.75)
    assert found.verdict == "fails"


def test_too_much_noise_cannot_tell():
    assert linearity(parts(lambda s: s, noise=0.5)).verdict != "holds"


def test_an_answer_that_does_the_same_both_ways_has_no_linear_part():
    found = linearity(parts(abs))
    assert found.asymmetry[0] == np.inf
    assert found.verdict == "fails"


def test_no_answer_is_linear():
    assert linearity(np.zeros((3, 3, 4))).verdict == "holds"

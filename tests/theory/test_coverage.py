"""Intervals of 95% hold the truth in 93 to 97 of 100 repetitions.

Of 500 repetitions of paths that are drawn here; the same of whole worlds takes minutes and is
`benchmarks/interval_coverage.py`, of which a few are run.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from loopsim.twins.growth import growth
from loopsim.twins.statistics import bootstrap_t, paired_t

REPETITIONS = 500
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "interval_coverage.py"


def share(held):
    return np.mean([held(np.random.default_rng(seed)) for seed in range(REPETITIONS)])


@pytest.mark.parametrize("interval", [paired_t, bootstrap_t], ids=["t", "bootstrap-t"])
def test_an_effect_is_in_its_interval(interval):
    def held(rng):
        _, low, high = interval(rng.normal(0.3, 1.0, 10))
        return low <= 0.3 <= high

    assert 0.93 <= share(held) <= 0.97


@pytest.mark.parametrize("gain", [0.6, -0.8, 1.2])
def test_a_gain_is_in_its_interval(gain):
    """A path starts at a size of its own, and each generation follows from the last with noise."""

    def held(rng):
        paths = np.empty((6, 6))
        paths[:, 0] = 1.0 + 0.1 * rng.normal(size=6)
        for g in range(1, 6):
            paths[:, g] = gain * paths[:, g - 1] + 0.05 * rng.normal(size=6)
        found = growth(paths)
        return found.low <= gain <= found.high

    assert 0.93 <= share(held) <= 0.97


@pytest.mark.parametrize("work", ["gain", "effect"])
def test_whole_worlds_hold_theirs(work, theory):
    """Twelve repetitions: fewer than nine would be a chance of 1 in 2,000 at 95%."""
    spec = importlib.util.spec_from_file_location("interval_coverage", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    held = np.array([getattr(module, work)(repetition) for repetition in range(1, 13)])
    assert (held.sum(axis=0) >= 9).all()

"""Indices of functions whose indices are known."""

import numpy as np
import pytest

from loopsim.errors import InputError
from loopsim.studies.sensitivity.estimate import effects, estimate, known_blocks
from loopsim.studies.sensitivity.methods import Morris, Sobol
from loopsim.studies.sensitivity.noise import noise


def ishigami(shares, a=7.0, b=0.1):
    """Ishigami and Homma (1990), on (−π, π)."""
    x = np.pi * (2 * shares - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


V1, V2, V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13


def by_key(rows):
    return {(row["index"], row["who"]): row for row in rows}


def test_sobol_indices_of_the_ishigami_function():
    method = Sobol(pairs=True)
    shares = method.shares(3, 1024, seed=7)
    found = method.indices(shares, ishigami(shares), 7, 200)
    exact = {
        ("S1", (0,)): V1 / V, ("S1", (1,)): V2 / V, ("S1", (2,)): 0.0, ("ST", (0,)): (V1 + V13) / V,
        ("ST", (1,)): V2 / V, ("ST", (2,)): V13 / V, ("S2", (0, 1)): 0.0, ("S2", (0, 2)): V13 / V,
        ("S2", (1, 2)): 0.0,
    }  # fmt: skip
    assert {*found} == {*exact}
    for key, value in exact.items():
        assert found[key][0] == pytest.approx(value, abs=0.03 if key[0] != "S2" else 0.1), key


def test_effects_of_a_straight_function_are_its_slopes():
    method = Morris()
    shares = method.shares(3, 6, seed=1)
    found = method.indices(shares, shares @ np.array([2.0, -1.0, 0.0]), 1, 50)
    for i, slope in enumerate([2.0, -1.0, 0.0]):
        assert found["mu", (i,)][0] == pytest.approx(slope, abs=1e-12)
        assert found["mu_star", (i,)][0] == pytest.approx(abs(slope), abs=1e-12)
        assert found["sigma", (i,)][0] == pytest.approx(0.0, abs=1e-12)


def test_effects_of_a_product_differ():
    method = Morris()
    shares = method.shares(2, 40, seed=1)
    found = method.indices(shares, shares[:, 0] * shares[:, 1], 1, 50)
    assert found["sigma", (0,)][0] > 0.2  # the slope of one is the other, 0 to 1


@pytest.mark.parametrize("method", [Morris(), Sobol()], ids=["morris", "sobol"])
def test_what_a_seed_adds_at_every_point_falls_out(method):
    shares = method.shares(3, 8, seed=3)
    values = ishigami(shares)
    alone = by_key(estimate(method, shares, np.column_stack([values, values]), 1))
    added = by_key(estimate(method, shares, values[:, None] + np.array([-40.0, 50.0, 3.0]), 1))
    for key, row in alone.items():
        assert added[key]["value"] == pytest.approx(row["value"], abs=1e-9)
        assert np.isnan(row["seeds"]) or added[key]["seeds"] == pytest.approx(0.0, abs=1e-9)


def test_the_interval_over_seeds_is_students_t_where_the_index_is_a_mean():
    from scipy import stats

    slopes = np.array([1.0, 2.0, 2.5, 4.0])
    method = Morris()
    shares = method.shares(1, 4, seed=2)
    row = by_key(estimate(method, shares, shares * slopes, 1))["mu_star", (0,)]
    half = stats.t.ppf(0.975, 3) * slopes.std(ddof=1) / 2
    assert row["value"] == pytest.approx(slopes.mean()) and row["seeds"] == pytest.approx(half)
    assert row["high"] - row["value"] == pytest.approx(np.hypot(half, row["points"]))


def test_the_sigma_that_seeds_alone_would_give_is_that_of_means_of_noise():
    method = Morris()
    shares = method.shares(2, 400, seed=2)
    u = Morris().shares(2, 400 * 4, seed=5)  # any numbers that have nothing to do with them
    steps = np.array([0.0, 1.0, 0.0, -1.0])[(u[:, 0] * 3).astype(int)].reshape(-1, 4)
    rows = by_key(estimate(method, shares, shares.sum(axis=1)[:, None] + steps, 1))
    alone = rows["sigma_by_seeds", (0,)]["value"]
    assert alone == pytest.approx(rows["sigma", (0,)]["value"], rel=0.25)


def test_effects_by_seed_have_salibs_mean():
    method = Morris()
    shares = method.shares(3, 5, seed=9)
    found = method.indices(shares, ishigami(shares), 1, 10)
    ours = effects(shares, ishigami(shares)[:, None]).mean(axis=(0, 2))
    assert ours == pytest.approx([found["mu", (i,)][0] for i in range(3)], abs=1e-9)


def test_where_nothing_moves_sobol_is_unknown_and_morris_is_0():
    for method, value in ((Sobol(), np.nan), (Morris(), 0.0)):
        shares = method.shares(2, 4, seed=1)
        rows = by_key(estimate(method, shares, np.ones((len(shares), 3)), 1))
        assert rows[method.main, (1,)]["value"] == pytest.approx(value, nan_ok=True)


def test_the_shares_of_parameters_and_seeds_are_those_of_an_exact_layout():
    points, seeds = np.array([-1.0, -1.0, 1.0, 1.0]), np.array([-1.0, 1.0, -1.0, 1.0])
    both = np.outer([1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0])
    found = noise(6.0 * points[:, None] + 3.0 * seeds + both)
    rest = 16 / 9  # the sum of squares of `both` over its (n − 1)(K − 1) degrees of freedom
    parts = np.array([(4 * 48 - rest) / 4, (4 * 12 - rest) / 4, rest])
    shares = (found.parameters, found.seeds, found.both)
    assert shares == pytest.approx(parts / parts.sum(), abs=1e-9)
    assert found.left == pytest.approx(rest / (4 * 48), abs=1e-9)


def test_a_block_with_something_unknown_is_left_out_whole():
    values = np.ones((6, 2))
    values[4, 1] = np.nan
    assert known_blocks(values, 3).tolist() == [True] * 3 + [False] * 3


@pytest.mark.parametrize(
    ("method", "parameters", "samples", "said"),
    [
        (Morris(), 2, 1, "at least 2 trajectories"),
        (Sobol(), 2, 12, "samples = 12: for sobol it must be a power of 2"),
        (Sobol(), 2, 2, "at least 4"),
        (Sobol(pairs=True), 1, 8, "two parameters"),
    ],
)
def test_designs_that_cannot_be(method, parameters, samples, said):
    with pytest.raises(InputError, match=said):
        method.shares(parameters, samples, 1)


BY = np.array([0.5, 0.25, 2.0])
PART = BY**2 / 12 / (1 + BY / 2) ** 2
WHOLE = np.prod(1 + PART) - 1
REST = np.array([np.prod(1 + np.delete(PART, i)) - 1 for i in range(3)])
SLOPES = np.array([by * np.prod(np.delete(1 + BY / 2, i)) for i, by in enumerate(BY)])


@pytest.mark.parametrize(
    ("method", "samples", "exact"),
    [(Morris(), 8, SLOPES), (Sobol(), 64, 1 - REST / WHOLE)],
    ids=["morris", "sobol"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(method, samples, exact, monkeypatch):
    """A product of factors, in which each of 4 seeds has slopes of its own."""
    monkeypatch.setattr("loopsim.studies.sensitivity.estimate.RESAMPLES", 200)
    rng, times, held = np.random.default_rng(5), 80, np.zeros(3)
    for n in range(times):
        shares = method.shares(3, samples, 1000 + n)
        seeds = shares @ rng.normal(size=(3, 4)) + rng.normal(size=4)
        rows = by_key(
            estimate(method, shares, np.prod(1 + BY * shares, axis=1)[:, None] + seeds, n + 1)
        )
        for i in range(3):
            row = rows[method.main, (i,)]
            held[i] += row["low"] <= exact[i] <= row["high"]
    assert (held / times >= 0.88).all()  # 95% less three standard errors of so few

import numpy as np
import pytest

from loopsim.calibrate.recommender.stars import fit_stars, found
from loopsim.environments.recommender.stars import StarLaw

LAW = StarLaw(0.6, np.array([-1.0, 0.2, 1.0, 2.5]))


def rated(n, seed):
    rng = np.random.default_rng(seed)
    value = rng.normal(1.0, 2.0, n)
    return value, LAW(value, rng.normal(size=n))


def test_the_law_that_made_the_stars_is_found():
    made = fit_stars(*rated(20_000, 0))
    assert made.slope == pytest.approx(LAW.slope, abs=0.02)
    np.testing.assert_allclose(made.cuts, LAW.cuts, atol=0.06)


def test_stars_that_nobody_gave_are_rare_and_cuts_ascend():
    value, stars = rated(2000, 1)
    made = fit_stars(value, np.where(stars == 3, 4, stars))
    assert (np.diff(made.cuts) > 0).all()
    assert made.shares(value)[:, 2].mean() < 0.01


def test_held_out_ratings_are_likelier_by_the_law_than_by_their_usual_share():
    value, stars = rated(5000, 2)
    held = found(fit_stars(*rated(5000, 3)), stars, value, stars)
    assert held.rows == 5000
    assert held.law == pytest.approx(held.data, abs=0.03)
    assert held.gain > 0.1
    assert np.allclose(held.by_law, held.by_value, atol=0.1)
    nothing = found(fit_stars(np.zeros(5000), stars), stars, value, stars)
    assert nothing.gain == pytest.approx(0.0, abs=0.01)

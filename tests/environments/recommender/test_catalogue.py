from itertools import pairwise

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.environments.recommender import catalogue
from loopsim.environments.recommender.dirichlet import dirichlet
from loopsim.environments.recommender.settings import Recommender, SyntheticTastes

DRAWS = Draws(4)


def start(**changes):
    settings = Recommender.model_validate({"kind": "recommender", **changes})
    items = settings.population.build().items(DRAWS, settings.creators.sharpness)
    return catalogue.start(items, settings, DRAWS), settings


@pytest.mark.parametrize("alpha", [[0.01, 0.02, 0.07], [0.5, 0.5, 2.0], [10.0, 10.0, 10.0]])
def test_dirichlet_shares_have_their_mean_and_variance(alpha):
    n, alpha = 20_000, np.array(alpha)
    shares = dirichlet(np.tile(alpha, (n, 1)), DRAWS, -1, np.arange(n), 0)
    mean, total = alpha / alpha.sum(), alpha.sum()
    variance = mean * (1 - mean) / (total + 1)
    assert np.isfinite(shares).all() and shares.sum(axis=1) == pytest.approx(1.0)
    assert shares.mean(axis=0) == pytest.approx(mean, abs=0.01)
    assert shares.var(axis=0) == pytest.approx(variance, rel=0.06)


def test_new_items_keep_the_laws_of_the_catalogue():
    population = {"kind": "synthetic-tastes", "items": 400}
    world, settings = start(population=population, new_items=2000, clickbait={"mean": 0.3})
    catalogue.grow(world, settings, DRAWS, 1)
    old, new = slice(0, 400), slice(400, None)
    assert len(world["born"]) == 2400 and (world["born"][new] == 1).all()
    for name, tolerance in (("bias", 0.08), ("clickbait", 0.05)):
        assert world[name][new].mean() == pytest.approx(world[name][old].mean(), abs=tolerance)
        assert world[name][new].std() == pytest.approx(world[name][old].std(), rel=0.15)
    assert world["clickbait"].mean() == pytest.approx(0.3, abs=0.02)
    length = np.linalg.norm(world["natural_items"], axis=1)
    assert length == pytest.approx(1.0, abs=1e-4)
    shares = world["natural_attributes"]
    assert shares[new].mean(axis=0) == pytest.approx(shares[old].mean(axis=0), abs=0.06)


def test_a_new_item_is_like_others_of_its_genre():
    world, settings = start(new_items=300)
    catalogue.grow(world, settings, DRAWS, 1)
    genre = world["natural_attributes"].argmax(axis=1)
    alike = world["natural_items"][500:] @ world["natural_items"][:500].T
    same = genre[500:, None] == genre[:500]
    assert alike[same].mean() > alike[~same].mean() + 0.4


def test_an_item_is_the_same_whenever_the_items_before_it_came():
    world, settings = start(new_items=6)
    other = {name: values.copy() for name, values in world.items()}
    catalogue.grow(world, settings, DRAWS, 1)
    few = settings.model_copy(update={"new_items": 3})
    catalogue.grow(other, few, DRAWS, 1)
    catalogue.grow(other, few, DRAWS, 2)
    for name in set(world) - {"born"}:
        np.testing.assert_array_equal(world[name], other[name], err_msg=name)


def test_creators_step_towards_what_was_consumed_of_theirs():
    world, settings = start(creators={"adapt": 0.0005})
    before, item = world["carried_profile"].copy(), 7
    seen = world["carried_attributes"]
    catalogue.adapt(world, settings, np.full(3, item), seen)
    mine = world["creator"][item]
    expected = before[mine] + 3 * 0.0005 * seen[item]
    expected = np.maximum(expected / expected.sum(), 1e-4)
    assert world["carried_profile"][mine] == pytest.approx(expected / expected.sum())
    others = np.arange(len(before)) != mine
    np.testing.assert_array_equal(world["carried_profile"][others], before[others])
    assert world["carried_profile"].min() >= 1e-4 * 0.999
    np.testing.assert_array_equal(world["natural_profile"], before)


def test_creators_who_adapt_a_lot_end_with_one_genre_and_the_natural_ones_do_not():
    population = {"kind": "synthetic-tastes", "creators": 5}
    world, settings = start(population=population, creators={"adapt": 1.0}, new_items=400)
    favourite = np.flatnonzero(world["carried_attributes"][:, 2] > 0.9)
    for _ in range(200):
        catalogue.adapt(world, settings, favourite, world["carried_attributes"])
    catalogue.grow(world, settings, DRAWS, 1)
    share = [world[f"{side}_attributes"][500:, 2].mean() for side in ("carried", "natural")]
    assert share[0] > 0.7 > 0.3 > share[1]


def test_items_of_the_start_have_all_ages_and_go_one_after_the_other():
    world, settings = start(lifetime=10)
    there = [catalogue.available(world, settings, t).sum() for t in range(12)]
    assert there[0] == 500 and there[10] == 0
    assert all(20 < a - b < 90 for a, b in pairwise(there[:-1]))
    forever, settings = start()
    assert catalogue.available(forever, settings, 10**6).all()


def test_an_item_loses_appeal_with_its_age():
    world, settings = start(staleness=0.1)
    now, later = (catalogue.base(world, settings, -3.0, t) for t in (0, 5))
    assert now - later == pytest.approx(0.5, abs=1e-5)


def test_the_two_groups_like_different_genres():
    source = SyntheticTastes().build()
    users = source.users(np.arange(4000), DRAWS)
    assert users.group.mean() == pytest.approx(0.25, abs=0.03)
    assert np.linalg.norm(users.tastes, axis=1) == pytest.approx(4.0, abs=1e-4)
    assert users.activity.mean() == pytest.approx(1.0, abs=0.05)
    means = [users.tastes[users.group == g].mean(axis=0) for g in (0, 1)]
    assert np.linalg.norm(means[0] - means[1]) > 1.0

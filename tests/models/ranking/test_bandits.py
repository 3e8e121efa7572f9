"""LinUCB's bound and Thompson's draws are those of the posterior."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.models.ranking.bandits import LinUCB, Thompson
from loopsim.models.ranking.content import Content
from loopsim.models.ranking.tastes import unpacked


def test_a_bound_is_the_mean_plus_alpha_standard_deviations(market):
    fitted = market.fit(LinUCB(alpha=1.5, prior=3.0))
    mean = market.scores(market.fit(Content(prior=3.0)))
    x = fitted.design(market.catalogue)
    root = unpacked(fitted.roots(np.arange(market.users)), x.shape[1])
    deviation = np.linalg.norm(np.einsum("nij,mi->nmj", root, x, dtype=float), axis=2)
    np.testing.assert_allclose(market.scores(fitted), mean + 1.5 * deviation, rtol=1e-4)


def test_without_a_bonus_or_a_spread_it_is_the_content_model(market):
    mean = market.scores(market.fit(Content()))
    np.testing.assert_allclose(market.scores(market.fit(LinUCB(alpha=0.0))), mean, atol=1e-6)
    np.testing.assert_allclose(market.scores(market.fit(Thompson(spread=0.0))), mean, atol=1e-6)


def test_the_unknown_is_worth_most_to_optimism(market):
    rows = market.interactions
    few = (rows.users != 3) | (np.arange(len(rows)) % 20 == 0)
    fitted = LinUCB(alpha=2.0).fit(rows[few], market.labels[few], None, 1)
    plain = LinUCB(alpha=0.0).fit(rows[few], market.labels[few], None, 1)
    bonus = market.scores(fitted) - market.scores(plain)
    assert bonus[3].min() > np.delete(bonus, 3, axis=0).max(axis=0).min()
    assert (bonus > 0).all()


def test_draws_have_the_mean_and_the_covariance_of_the_posterior(market):
    fitted = market.fit(Thompson(spread=0.7, prior=3.0))
    draws, visits = Draws(5), market.visits([2] * 1)
    rounds = 4000
    drawn = np.array([fitted.score_drawn(visits, draws, t).users[0] for t in range(rounds)])
    mean = fitted.slopes(visits)[0]
    root = unpacked(fitted.roots(np.array([2])), mean.size)[0]
    covariance = 0.49 * root @ root.T
    error = np.sqrt(np.diag(covariance) / rounds)
    assert (np.abs(drawn.mean(axis=0) - mean) < 5 * error).all()
    scale = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert (np.abs(np.cov(drawn.T) - covariance) < 5 * scale * np.sqrt(2 / rounds)).all()


def test_a_draw_is_the_users_own_whoever_else_visits(market):
    fitted, draws = market.fit(Thompson()), Draws(5)
    some, other = market.visits([4, 9, 10**6]), market.visits([10**6, 4])
    first = fitted.score_drawn(some, draws, 3).users
    np.testing.assert_array_equal(fitted.score_drawn(other, draws, 3).users, first[[2, 0]])
    assert not np.array_equal(fitted.score_drawn(some, draws, 4).users, first)
    assert not np.array_equal(fitted.score_drawn(some, Draws(6), 3).users, first)


def test_score_keeps_the_draw_of_the_fit(market):
    fitted = market.fit(Thompson(), state=11)
    np.testing.assert_array_equal(market.scores(fitted), market.scores(fitted))
    assert not np.array_equal(
        market.scores(fitted), market.scores(market.fit(Thompson(), state=12))
    )


def test_before_the_first_fit_nothing_is_drawn(market):
    scorer = Thompson().score_drawn(market.everybody(), Draws(1), 0)
    assert scorer.block(slice(0, 4)) == pytest.approx(0.5)

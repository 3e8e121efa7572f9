"""Matrix factorisation: at the normal equations, and the same on any number of threads."""

import subprocess
import sys

import numpy as np
import pytest

from loopsim.models.base import CannotFit
from loopsim.models.ranking.factors import LeastSquares, PairwiseRanking
from loopsim.models.ranking.rows import clicks_by_user


def test_a_users_factors_solve_their_weighted_ridge_regression(market):
    alpha, ridge = 5.0, 2.0
    fitted = market.fit(LeastSquares(4, alpha, ridge, iterations=60), market.weights)
    known, clicks = clicks_by_user(market.interactions, market.labels, market.weights)
    y = fitted.learnt["items"].astype(float)
    for user in range(0, known.size, 7):
        confidence = alpha * clicks[user].toarray()[0]
        liked = confidence > 0
        weight = np.where(liked, confidence, 1.0)
        gram = (y.T * weight) @ y + ridge * np.eye(4)
        expected = y @ np.linalg.solve(gram, y.T @ (weight * liked))
        np.testing.assert_allclose(y @ fitted.learnt["users"][user], expected, atol=0.02)


@pytest.mark.parametrize("model", [LeastSquares(6), PairwiseRanking(6)], ids=lambda m: m.name)
def test_the_same_bytes_whatever_the_threads(market, model, monkeypatch):
    made = []
    for threads in ("1", "2"):
        monkeypatch.setenv("LOOPSIM_THREADS", threads)
        made.append(market.fit(model).learnt)
    for name in ("users", "items", "belief"):
        np.testing.assert_array_equal(made[0][name], made[1][name])
    other = market.fit(model, state=2).learnt
    assert not np.array_equal(other["users"], made[0]["users"])


@pytest.mark.parametrize("model", [LeastSquares(6), PairwiseRanking(6)], ids=lambda m: m.name)
def test_who_and_what_is_unknown_gets_the_mean(market, model):
    rows = market.interactions
    kept = rows.items != 4
    fitted = model.fit(rows[kept], market.labels[kept], None, 1)
    scores = market.scores(fitted, catalogue=market.grown(2))
    mean = np.delete(scores, [4, market.items, market.items + 1], axis=1).mean(axis=1)
    for item in (4, market.items, market.items + 1):
        np.testing.assert_allclose(scores[:, item], mean, rtol=1e-3, atol=1e-4)
    stranger = market.scores(fitted, [10**6], market.grown(2))[0]
    np.testing.assert_allclose(stranger, scores.mean(axis=0), rtol=1e-3, atol=1e-4)


def test_the_first_fit_of_a_process_warns_of_nothing():
    code = (
        "import numpy as np\nfrom loopsim.models.ranking.factors import LeastSquares\n"
        "from loopsim.slates import Catalogue, Interactions\ni = np.arange(6)\n"
        "c = Catalogue(i[:, None] * 1.0, i, i, i > -1)\n"
        "rows = Interactions(i % 3, i, i, np.empty((6, 0)), c)\n"
        "LeastSquares(2).fit(rows, (i % 2).astype(np.int8), None, 1)"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_factors_that_are_no_numbers_are_no_model(market):
    with pytest.raises(CannotFit, match="factors: NaN"):
        market.fit(LeastSquares(4), np.full(market.rows, 1e30))


def test_the_believed_share_of_clicks_is_about_the_true_one(market):
    fitted = market.fit(LeastSquares(4))
    scorer = fitted.score(market.everybody())
    rows = market.interactions
    scores = scorer.block(slice(0, market.users))[rows.users, rows.items]
    assert scorer.believed(scores).mean() == pytest.approx(market.labels.mean(), abs=0.02)

"""Item-kNN beside scikit-learn's cosines and a dense sum."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity

from loopsim.models.ranking.neighbours import ItemNeighbours, nearest
from loopsim.models.ranking.rows import clicks_by_user


def _reference(clicks, neighbours):
    """Dense: row j keeps the nearest neighbours of item j."""
    similar = cosine_similarity(clicks.T)
    np.fill_diagonal(similar, 0.0)
    for row in similar:
        row[np.argsort(-row)[neighbours:]] = 0.0
    return similar


def test_the_nearest_items_are_those_of_scikit_learn(market):
    _, clicks = clicks_by_user(market.interactions, market.labels, market.weights)
    for neighbours in (3, 17, 40):
        expected = _reference(clicks.toarray(), neighbours)
        np.testing.assert_allclose(nearest(clicks, neighbours).toarray(), expected, atol=1e-12)


def test_an_item_with_a_twin_keeps_no_more_neighbours():
    clicks = csr_matrix(np.array([[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]]))
    similar = nearest(clicks, 1)
    assert (np.diff(similar.indptr) <= 1).all() and (similar.diagonal() == 0).all()


def test_a_score_is_the_mean_similarity_to_what_was_clicked(market):
    known, clicks = clicks_by_user(market.interactions, market.labels, market.weights)
    dense = clicks.toarray()
    profiles = dense / dense.sum(axis=1, keepdims=True)
    expected = profiles @ _reference(dense, 5)
    scores = market.scores(market.fit(ItemNeighbours(5), market.weights), known)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-6)
    stranger = market.scores(market.fit(ItemNeighbours(5), market.weights), [10**6])
    np.testing.assert_allclose(stranger[0], expected.mean(axis=0), rtol=1e-4, atol=1e-6)


def test_an_item_never_shown_scores_the_users_mean(market):
    rows = market.interactions
    kept = rows.items != 4
    fitted = ItemNeighbours().fit(rows[kept], market.labels[kept], None, 1)
    scores = market.scores(fitted, catalogue=market.grown(2))
    unknown = [4, market.items, market.items + 1]
    mean = np.delete(scores, unknown, axis=1).mean(axis=1)
    np.testing.assert_allclose(scores[:, unknown], np.tile(mean[:, None], 3), rtol=1e-5)


def test_the_same_bytes_whatever_the_threads(market, monkeypatch):
    _, clicks = clicks_by_user(market.interactions, market.labels, market.weights)
    made = []
    for threads in ("1", "2"):
        monkeypatch.setenv("LOOPSIM_THREADS", threads)
        made.append(nearest(clicks, 6))
    assert (made[0].data == made[1].data).all() and (made[0].indices == made[1].indices).all()

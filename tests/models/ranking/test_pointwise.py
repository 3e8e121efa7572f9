"""A scikit-learn estimator as a ranker."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from loopsim.errors import InputError, PluginError, RunFolderError
from loopsim.models.base import CannotSave
from loopsim.models.ranking import pointwise
from loopsim.models.ranking.pointwise import Pairs, Pointwise
from loopsim.models.ranking.popularity import Popularity


def _columns(market, users, items, place):
    c = market.catalogue
    rate = market.fit(Popularity()).learnt["rate"]
    own = c.attributes[items], c.born.max() - c.born[items], rate[items]
    return np.column_stack([market.attributes[users], *own, place])


def test_a_score_is_what_the_estimator_says_of_user_item_and_the_first_place(market):
    fitted = market.fit(Pointwise("tree", DecisionTreeClassifier(max_depth=5, random_state=0)))
    rows = market.interactions
    tree = DecisionTreeClassifier(max_depth=5, random_state=0)
    tree.fit(_columns(market, rows.users, rows.items, rows.position), market.labels)
    u, i = (part.ravel() for part in np.indices((market.users, market.items)))
    expected = tree.predict_proba(_columns(market, u, i, np.zeros(u.size)))[:, 1]
    np.testing.assert_allclose(market.scores(fitted).ravel(), expected, rtol=1e-6)


def test_blocks_are_split_further_for_the_estimator_and_nothing_changes(market, monkeypatch):
    fitted = market.fit(Pointwise("tree", DecisionTreeRegressor(max_depth=4, random_state=0)))
    whole = market.scores(fitted)
    monkeypatch.setattr(pointwise, "PAIRS", 50)
    np.testing.assert_array_equal(market.scores(fitted), whole)


def test_a_logistic_regression_is_one_matrix_product_and_scores_the_same(market):
    fitted = market.fit(Pointwise("logistic", LogisticRegression(max_iter=1000)))
    visits = market.everybody()
    scorer = fitted.score(visits)
    pairs = Pairs(fitted, visits, fitted._of_items(market.catalogue))
    at = slice(0, market.users)
    assert not isinstance(scorer, Pairs)
    np.testing.assert_allclose(scorer.believed(scorer.block(at)), pairs.block(at), rtol=1e-4)


class Holes(RegressorMixin, BaseEstimator):
    """No number for users whose first attribute is 1."""

    def fit(self, x, y, sample_weight=None):
        self.n_features_in_ = x.shape[1]
        return self

    def predict(self, x):
        return np.where(x[:, 0] == 1.0, np.nan, 2.0)


def test_a_score_that_is_no_number_names_the_model_and_the_user(market):
    fitted = market.fit(Pointwise("holes", Holes()))
    with pytest.raises(PluginError, match=r"holes: a score that is no number \(nan\), user 1"):
        market.scores(fitted)
    high = fitted.score(market.visits([0, 2]))
    assert (high.believed(high.block(slice(0, 2))) == 1.0).all()


def test_a_missing_attribute_of_a_line_names_the_user_too(market):
    fitted = market.fit(Pointwise("line", LogisticRegression()))
    market.attributes[3, 0] = np.nan
    with pytest.raises(PluginError, match=r"line: a score that is no number .*, user 3"):
        market.scores(fitted)


def test_what_takes_no_weights_is_refused_them(market):
    model = Pointwise("knn", KNeighborsClassifier())
    assert not model.takes_weights
    with pytest.raises(InputError, match="takes no weights"):
        market.fit(model, market.weights)


def test_a_file_with_another_object_in_it_is_refused(market, tmp_path):
    tree = market.fit(Pointwise("mine", DecisionTreeClassifier(max_depth=2)))
    tree.save(tmp_path / "tree")
    with pytest.raises(RunFolderError, match="tree: holds a DecisionTreeClassifier, not the Log"):
        Pointwise("mine", LogisticRegression()).load(tmp_path / "tree")
    tree.write(tmp_path / "bare", tree.learnt)
    with pytest.raises(RunFolderError, match="bare: not a saved model"):
        Pointwise("mine", DecisionTreeClassifier()).load(tmp_path / "bare")
    with pytest.raises(CannotSave, match="mine: it has not been fitted"):
        Pointwise("mine", LogisticRegression()).save(tmp_path / "none")


def test_what_an_unnamed_package_made_is_not_saved(market, tmp_path):
    fitted = market.fit(Pointwise("line", LogisticRegression()))
    fitted.fitted.note = market
    with pytest.raises(CannotSave, match=r"line: it holds .*Market"):
        fitted.save(tmp_path / "one")


def test_an_estimator_that_cannot_predict_is_refused_before_any_run():
    with pytest.raises(InputError, match="needs fit, and predict_proba or predict"):
        Pointwise("object", object())


def test_an_item_that_came_later_has_the_mean_popularity(market):
    fitted = market.fit(Pointwise("dummy", DummyClassifier()))
    known = fitted._of_items(market.catalogue)[:, -1]
    grown = fitted._of_items(market.grown())[:, -1]
    np.testing.assert_array_equal(grown[:-3], known)
    assert grown[-3:] == pytest.approx(market.labels.mean())

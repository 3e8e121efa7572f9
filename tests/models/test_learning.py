"""Seeds, weights and fitting on."""

import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, StandardScaler

from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.models.estimator import EstimatorModel

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 2)) * [1.0, 50.0]
Y = (RNG.random(600) < 1 / (1 + np.exp(-2 * X[:, 0]))).astype(np.int8)
ONE = np.ones(300, np.int8)


def model(estimator, **how):
    return EstimatorModel("m", estimator, Schema(("a", "b")), **how)


def test_every_part_without_a_random_state_gets_the_fits():
    forests = BaggingClassifier(RandomForestClassifier(2), 2)
    steps = make_pipeline(QuantileTransformer(n_quantiles=5, random_state=3), forests)
    parts = model(steps).fit(X, Y, None, 9).fitted.get_params()
    seeds = {k: v for k, v in parts.items() if k.endswith("random_state")}
    assert sorted(seeds.values()) == [3, 9, 9]


def test_each_fit_on_has_a_seed_of_its_own():
    learner = model(SGDClassifier(loss="log_loss"), incremental=True).fit(X, Y, None, 1)
    assert learner.fit(X, Y, None, 2).fitted.random_state == 2


def test_a_pipeline_hands_weights_to_its_last_step():
    weights = np.where(Y == 1, 2.0, 1.0)
    inner = make_pipeline(MinMaxScaler(), GaussianNB())
    nested = model(make_pipeline(StandardScaler(), inner))
    assert nested.takes_weights
    plain = nested.fit(X, Y, None, 1).score(X)
    doubled = np.repeat(np.arange(600), weights.astype(int))
    expected = model(GaussianNB()).fit(X[doubled], Y[doubled], None, 1).score(X)
    weighted = nested.fit(X, Y, weights, 1).score(X)
    np.testing.assert_allclose(weighted, expected, atol=1e-5)
    assert not np.allclose(weighted, plain)


@pytest.mark.parametrize("steps", [False, True])
def test_an_estimator_that_takes_no_weights_says_so(steps):
    neighbours = KNeighborsClassifier()
    learner = model(make_pipeline(StandardScaler(), neighbours) if steps else neighbours)
    assert not learner.takes_weights
    with pytest.raises(InputError, match=r"takes no weights; set training.weights to none"):
        learner.fit(X, Y, np.ones(600), 1)


def test_fitting_on_is_partial_fit_step_by_step():
    first, second = slice(0, 300), slice(300, 600)
    learner = model(make_pipeline(StandardScaler(), GaussianNB()), incremental=True)
    once = learner.fit(X[first], Y[first], None, 1)
    before = once.score(X).copy()
    twice = once.fit(X[second], Y[second], None, 2)
    assert (once.score(X) == before).all()
    scale, bayes = StandardScaler(), GaussianNB()
    for part in (first, second):
        bayes.partial_fit(scale.partial_fit(X[part]).transform(X[part]), Y[part], classes=[0, 1])
    np.testing.assert_array_equal(twice.score(X), bayes.predict_proba(scale.transform(X))[:, 1])


def test_one_class_is_too_little_to_begin_with_but_enough_to_go_on():
    learner = model(SGDClassifier(loss="log_loss"), incremental=True)
    with pytest.raises(CannotFit, match="one class only: all 300 labels are 1"):
        learner.fit(X[:300], ONE, None, 1)
    begun = learner.fit(X[:300], Y[:300], None, 1)
    assert begun.fit(X[300:], ONE, None, 2).score(X).mean() > begun.score(X).mean()
    with pytest.raises(CannotFit, match="all 0 labels"):
        begun.fit(X[:0], Y[:0], None, 1)


def test_a_step_that_cannot_learn_on_is_named():
    with pytest.raises(InputError, match="partial_fit, which QuantileTransformer lacks"):
        model(make_pipeline(QuantileTransformer(), GaussianNB()), incremental=True)


def test_what_a_fit_warns_of_is_kept_once_and_goes_no_further():
    fitted = model(LogisticRegression(max_iter=1)).fit(X, Y, None, 1)
    assert len(fitted.fit_warnings) == 1 and "converge" in fitted.fit_warnings[0]

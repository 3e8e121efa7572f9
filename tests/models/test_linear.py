"""The compiled pass gives scikit-learn's own figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from loopsim.features import Schema
from loopsim.models import linear
from loopsim.models.estimator import EstimatorModel

RNG = np.random.default_rng(0)
X = RNG.normal([0, 600, 0.01], [1, 90, 1e-3], (500, 3))
Y = (RNG.random(500) < 1 / (1 + np.exp(-(X[:, 1] - 600) / 90))).astype(np.int8)
SCHEMA = Schema(("a", "score", "b"))


@pytest.mark.parametrize(
    "estimator",
    [
        linear.logistic(1.0, SCHEMA),
        LogisticRegression(solver="newton-cholesky"),
        LogisticRegression(solver="newton-cholesky", fit_intercept=False),
        make_pipeline(StandardScaler(with_mean=False), LogisticRegression()),
        make_pipeline(StandardScaler(with_std=False), LogisticRegression(max_iter=10_000)),
    ],
    ids=str,
)
def test_compiled_scores_are_predict_probas(estimator):
    model = EstimatorModel("m", estimator, SCHEMA).fit(X, Y, None, 1)
    assert model.linear is not None
    theirs = model.fitted.predict_proba(X)[:, 1]
    np.testing.assert_allclose(model.score(X), theirs, rtol=0, atol=1e-12)


@given(st.floats(-1e4, 1e4), st.floats(-1e3, 1e3))
@settings(max_examples=50, deadline=None)
def test_far_from_zero_a_score_stays_a_probability(value, slope):
    out = np.empty(1)
    linear.probabilities(np.array([[value]]), np.array([slope]), 0.0, out)
    assert 0.0 <= out[0] <= 1.0


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(MinMaxScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()),
        CalibratedClassifierCV(LogisticRegression(solver="newton-cholesky"), cv=2),
    ],
    ids=str,
)
def test_nothing_else_is_folded(estimator):
    assert EstimatorModel("m", estimator, SCHEMA).fit(X, Y, None, 1).linear is None

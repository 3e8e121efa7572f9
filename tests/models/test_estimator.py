"""Every model keeps the same promises at the door."""

import numpy as np
import pytest

from loopsim import registry
from loopsim.errors import InputError, PluginError
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.models.estimator import EstimatorModel

SCHEMA = Schema(("x", "home"), {"home": ("owns", "rents")})
RNG = np.random.default_rng(0)
X = np.column_stack([RNG.normal(size=400), RNG.integers(0, 2, 400).astype(float)])
Y = (RNG.random(400) < 1 / (1 + np.exp(-X[:, 0]))).astype(np.int8)
COLUMNS = {
    "use": "sklearn.compose.ColumnTransformer",
    "parameters": {
        "transformers": [
            ["number", {"use": "sklearn.impute.SimpleImputer"}, ["x"]],
            ["category", {"use": "sklearn.preprocessing.OneHotEncoder"}, ["home"]],
        ]
    },
}
KINDS = {
    "logistic": {"kind": "logistic"},
    "boosting": {"kind": "gradient-boosting", "iterations": 10},
    "constant": {"kind": "constant", "value": 0.3},
    "forest": {
        "kind": "estimator",
        "use": "sklearn.ensemble.RandomForestClassifier",
        "parameters": {"n_estimators": 5},
    },
    "frame": {
        "kind": "estimator",
        "use": "sklearn.pipeline.Pipeline",
        "frame": True,
        "parameters": {
            "steps": [
                ["columns", COLUMNS],
                ["model", {"use": "sklearn.linear_model.LogisticRegression"}],
            ]
        },
    },
    "partial": {
        "kind": "estimator",
        "use": "sklearn.linear_model.SGDClassifier",
        "parameters": {"loss": "log_loss"},
        "incremental": True,
    },
    "xgboost": {
        "kind": "estimator",
        "use": "xgboost.XGBClassifier",
        "parameters": {"n_estimators": 5, "n_jobs": 1},
    },
}


def build(kind):
    return registry.find("model", kind["kind"])(**kind).build(SCHEMA)


@pytest.fixture(params=KINDS)
def model(request):
    return build(KINDS[request.param])


def test_a_fit_makes_a_new_model_and_leaves_the_old_one(model):
    before = model.score(X).copy()
    fitted = model.fit(X, Y, None, 1)
    assert fitted is not model
    assert (model.score(X) == before).all()
    scores = fitted.score(X)
    assert scores.shape == (400,) and scores.dtype == np.float64
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_same_rows_and_seed_give_the_same_scores(model):
    assert (model.fit(X, Y, None, 7).score(X) == model.fit(X, Y, None, 7).score(X)).all()


def test_a_saved_model_scores_alike(model, tmp_path):
    fitted = model.fit(X, Y, None, 1)
    fitted.save(tmp_path / "a.skops")
    assert (model.load(tmp_path / "a.skops").score(X) == fitted.score(X)).all()


def test_one_class_only_cannot_be_fitted():
    with pytest.raises(CannotFit, match="labels are 1"):
        build(KINDS["logistic"]).fit(X, np.ones(400, np.int8), None, 1)


def test_rows_that_the_estimator_refuses_keep_the_champion_if_there_is_one():
    model, holes = build(KINDS["logistic"]), np.full_like(X, np.nan)
    with pytest.raises(PluginError, match=r"logistic: fit raised ValueError: .*NaN"):
        model.fit(holes, Y, None, 1)
    with pytest.raises(CannotFit, match=r"logistic refused the rows: .*NaN"):
        model.fit(X, Y, None, 1).fit(holes, Y, None, 1)


def test_missing_values_reach_a_model_that_takes_them():
    holes = X.copy()
    holes[::3, 0] = np.nan
    for name in ("boosting", "frame"):
        assert np.isfinite(build(KINDS[name]).fit(holes, Y, None, 1).score(holes)).all()


def test_a_logistic_regression_cannot_score_a_missing_value_in_silence():
    hole = np.array([[np.nan, 0.0]])
    with pytest.raises(PluginError, match=r"logistic: scoring raised ValueError: .*NaN"):
        build(KINDS["logistic"]).fit(X, Y, None, 1).score(hole)
    numbers = registry.find("model", "logistic")().build(Schema(("x", "y")))
    with pytest.raises(PluginError, match=r"1 of 1 scores are not in .*nan .a feature of it is"):
        numbers.fit(X, Y, None, 1).score(hole)


class Odd:
    def __init__(self, scores):
        self.scores = scores

    def fit(self, x, y):
        return self

    def predict(self, x):
        return self.scores


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.array([0.5, np.nan]), "1 of 2 scores are not in .* case 1: nan"),
        (np.array([1.5, 0.5]), "case 0: 1.5"),
        (np.zeros((2, 3)), r"shape \(2, 3\), not \(2,\)"),
    ],
)
def test_a_wrong_score_is_an_error_never_a_number(scores, message):
    model = EstimatorModel("odd", Odd(scores), SCHEMA).fit(
        X[:2], np.array([0, 1], np.int8), None, 1
    )
    with pytest.raises(PluginError, match=message):
        model.score(X[:2])


def test_weights_are_used_or_refused_never_dropped():
    weights = np.where(X[:, 0] > 0, 20.0, 0.05)
    model = build(KINDS["logistic"])
    assert not np.allclose(model.fit(X, Y, weights, 1).score(X), model.fit(X, Y, None, 1).score(X))
    with pytest.raises(InputError, match="takes no weights"):
        EstimatorModel("odd", Odd(Y), SCHEMA).fit(X, Y, weights, 1)


def test_an_object_that_cannot_score_is_refused():
    with pytest.raises(InputError, match="needs fit, and predict_proba or predict"):
        EstimatorModel("nothing", object(), SCHEMA)

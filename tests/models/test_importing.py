"""What a scenario may name, and what it is told if it may not."""

import sys

import numpy as np
import pytest

from loopsim import registry
from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.models.importing import find, make

SCHEMA = Schema(("income", "age"))
LOGISTIC = "sklearn.linear_model.LogisticRegression"
FOREST = "sklearn.ensemble.RandomForestClassifier"


def build(**settings):
    return registry.find("model", "estimator")(**settings).build(SCHEMA)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"use": "sklear.svm.SVC"}, "no package 'sklear' is installed.*did you mean 'sklearn'"),
        ({"use": "sklearn.linear_mode.SVC"}, "no module 'linear_mode'.*'linear_model'"),
        (
            {"use": "sklearn.naive_bayes.GausianNB"},
            "no 'GausianNB'. did you mean 'GaussianNB'",
        ),
        ({"use": "os.system"}, "Python's own"),
        ({"use": "sklearn.metrics.roc_auc_score"}, "not the class of an estimator"),
        ({"use": "numpy.memmap"}, "not the class of an estimator"),
        ({"use": "sklearn.preprocessing.StandardScaler"}, "a part of one"),
        ({"use": "sklearn.svm.LinearSVC"}, "gives labels, no probabilities; wrap it"),
        ({"use": "sklearn.linear_model.SGDClassifier"}, "no probabilities"),
        ({"use": LOGISTIC, "incremental": True}, "partial_fit, which LogisticRegression lacks"),
        ({"use": LOGISTIC, "parameters": {"c": 1}}, "parameters.c: .* no such parameter"),
        ({"use": LOGISTIC, "parameters": {"C": -1}}, "'C' parameter .* must be a float in the"),
        (
            {"use": "xgboost.XGBClassifier", "parameters": {"n_estimatorz": 3}},
            "parameters.n_estimatorz: XGBClassifier .*'n_estimators'",
        ),
        (
            {"use": FOREST, "parameters": {"n_estimators": {"use": LOGISTIC, "params": {}}}},
            "parameters.n_estimators: .* no 'params'",
        ),
    ],
)
def test_what_cannot_be_a_model_is_refused_before_anything_has_run(settings, message):
    with pytest.raises(InputError, match=message):
        build(**settings)


@pytest.mark.parametrize(
    ("columns", "frame", "message"),
    [
        (["incom"], True, "no feature 'incom'; there are income, age. did you mean 'income'"),
        (["income"], False, "say frame: true"),
        ([2], False, "no column 2; there are 2 features"),
    ],
)
def test_columns_that_are_not_there_are_refused(columns, frame, message):
    scale = {"use": "sklearn.preprocessing.StandardScaler"}
    table = {
        "use": "sklearn.compose.ColumnTransformer",
        "parameters": {"transformers": [["scale", scale, columns]]},
    }
    steps = {"steps": [["columns", table], ["fit", {"use": LOGISTIC}]]}
    with pytest.raises(InputError, match=message):
        build(use="sklearn.pipeline.Pipeline", parameters=steps, frame=frame)


def test_a_module_that_merely_lies_where_python_looks_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "lurking_model.py").write_text("raise SystemExit('it ran')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"no package 'lurking_model' is installed; .*kind: file"):
        find("lurking_model.Model", "model.use")
    assert "lurking_model" not in sys.modules


def test_steps_become_tuples_and_other_lists_stay_lists():
    scale = {"use": "sklearn.preprocessing.RobustScaler", "parameters": {"quantile_range": [5, 95]}}
    made = make({"steps": [["scale", scale], ["rest", "drop", [0]]], "cats": ["a", "b"]}, "model")
    assert made["steps"][0][0] == "scale" and isinstance(made["steps"][0], tuple)
    assert made["steps"][1] == ("rest", "drop", [0]) and made["cats"] == ["a", "b"]
    assert made["steps"][0][1].quantile_range == (5, 95)


def test_a_ufunc_may_be_named_for_a_transformation():
    spec = {
        "use": "sklearn.preprocessing.FunctionTransformer",
        "parameters": {"func": {"use": "numpy.log1p"}},
    }
    assert make(spec, "model").func is np.log1p

"""Every kind of model, on numbers alone and with categories, passes the conformance check."""

import subprocess
import sys

import numpy as np
import pytest

from loopsim import registry
from loopsim.errors import InputError, PluginError
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.testing.models import check_model

NUMBERS = Schema(("x", "y"))
MIXED = Schema(("x", "home", "y"), {"home": ("owns", "rents", "other")})
PIPELINE = "sklearn.pipeline.Pipeline"


def use(path, **parameters):
    return {"use": path, "parameters": parameters}


SCALER = use("sklearn.preprocessing.StandardScaler")
COLUMNS = use(
    "sklearn.compose.ColumnTransformer",
    transformers=[
        ["numbers", use("sklearn.impute.SimpleImputer"), ["x", "y"]],
        ["home", use("sklearn.preprocessing.OneHotEncoder"), ["home"]],
    ],
)
LOGISTIC = use("sklearn.linear_model.LogisticRegression")
SGD = use("sklearn.linear_model.SGDClassifier", loss="log_loss")
KINDS = {
    "logistic": {"kind": "logistic"},
    "gradient-boosting": {"kind": "gradient-boosting", "iterations": 10},
    "constant": {"kind": "constant", "value": 0.3},
    "oracle": {"kind": "oracle"},
    "forest": use("sklearn.ensemble.RandomForestClassifier", n_estimators=4),
    "bayes": use("sklearn.naive_bayes.GaussianNB"),
    "neighbours": use("sklearn.neighbors.KNeighborsClassifier", algorithm="brute"),
    "network": use("sklearn.neural_network.MLPClassifier", hidden_layer_sizes=[3], max_iter=20),
    "calibrated": use(
        "sklearn.calibration.CalibratedClassifierCV", estimator=use("sklearn.svm.LinearSVC"), cv=2
    ),
    "steps": use(PIPELINE, steps=[["scale", SCALER], ["fit", LOGISTIC]]),
    "incremental": SGD | {"incremental": True},
    "incremental steps": use(PIPELINE, steps=[["scale", SCALER], ["fit", SGD]])
    | {"incremental": True},
    "xgboost": use("xgboost.XGBClassifier", n_estimators=4),
    "frame": use(PIPELINE, steps=[["columns", COLUMNS], ["fit", LOGISTIC]]) | {"frame": True},
    "frame xgboost": use("xgboost.XGBClassifier", n_estimators=4, enable_categorical=True)
    | {"frame": True},
}
OWN = """
class Share:
    def __init__(self, shift=0.0):
        self.shift = shift

    def fit(self, x, y, sample_weight=None):
        import numpy as np
        self.share = float(np.average(y, weights=sample_weight))
        return self

    def predict(self, x):
        return [min(self.share + self.shift, 1.0)] * len(x)


class Buggy(Share):
    def fit(self, x, y):
        raise ValueError("oh no")


class Picky(Share):
    def fit(self, x, y):
        from loopsim.models.base import CannotFit
        raise CannotFit("too few of them")


number = 3
"""


def build(kind, schema=MIXED):
    settings = {"kind": "estimator"} | kind
    return registry.find("model", settings["kind"])(**settings).build(schema)


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "share_model.py"
    path.write_text(OWN)
    registry.allow_code([path])
    return lambda name="Share", **more: build(
        {"kind": "file", "path": str(path), "name": name, **more}
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_keeps_to_the_interface(name):
    check_model(build(KINDS[name]), MIXED)
    if "frame" not in name:
        check_model(build(KINDS[name], NUMBERS), NUMBERS)


def test_a_class_of_the_users_own_keeps_to_the_interface(own):
    check_model(own(parameters={"shift": 0.01}), MIXED)


def test_an_own_class_that_raises_is_a_bug_whether_or_not_there_is_a_champion(own):
    x, y = np.zeros((4, 3)), np.array([0, 1, 0, 1], np.int8)
    with pytest.raises(PluginError, match="Buggy: fit raised ValueError: oh no"):
        own("Buggy").fit(x, y, None, 1)
    with pytest.raises(CannotFit, match="too few"):
        own("Picky").fit(x, y, None, 1)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"parameters": {"shif": 1}}, "parameters.shif: Share has no such parameter"),
        ({"name": "number"}, "model.name = number: .* no class"),
        ({"name": "Shar"}, "did you mean 'Share'"),
    ],
)
def test_an_own_class_that_cannot_be_made_is_refused(own, how, message):
    with pytest.raises(InputError, match=message):
        own(**how)


def test_an_own_file_is_not_run_unless_it_is_allowed(tmp_path):
    path = tmp_path / "evil.py"
    path.write_text("raise SystemExit('it ran')")
    with pytest.raises(InputError, match="--code"):
        build({"kind": "file", "path": str(path), "name": "Share"})


def test_a_logistic_regression_takes_the_levels_of_a_category_one_by_one():
    home = np.arange(300) % 3
    x = np.column_stack([np.zeros(300), home.astype(float), np.zeros(300)])
    y = (home == 1).astype(np.int8)  # the middle level alone is good: no line through codes does it
    scores = build({"kind": "logistic"}).fit(x, y, None, 1).score(x)
    assert scores[home == 1].min() > 0.8 and scores[home != 1].max() < 0.2


def test_settings_are_read_without_importing_what_they_name():
    code = (
        "import sys\nfrom loopsim.models.settings import Estimator\n"
        "Estimator(use='sklearn.svm.SVC'); print({'sklearn', 'numpy'} & {*sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"

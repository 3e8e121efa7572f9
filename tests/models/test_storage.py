"""A saved model executes nothing, and depends on nothing but the model."""

import functools
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from loopsim.errors import RunFolderError
from loopsim.features import Schema
from loopsim.models.base import CannotSave
from loopsim.models.estimator import EstimatorModel
from loopsim.models.fixed import ConstantModel, OracleModel
from loopsim.models.storage import read, write

X = np.random.default_rng(0).normal(size=(200, 3))
Y = (X[:, 0] > 0).astype(np.int8)


def fitted(estimator):
    return EstimatorModel("m", estimator, Schema(("a", "b", "c"))).fit(X, Y, None, 1)


def refused(path, match):
    with pytest.raises(RunFolderError, match=match) as caught:
        read(path, ())
    assert str(path) in str(caught.value)


def forged(path, function, *args):
    """A skops file whose node names a function where a constructor stands."""
    data = skops.io.dumps({"x": args})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        schema = json.loads(archive.read("schema.json"))
    node = schema["content"]["x"]
    schema["content"]["x"] = {
        "__class__": function.__name__,
        "__module__": function.__module__,
        "__loader__": "ConstructorFromReduceNode",
        "content": node,
        "__id__": 999,
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))


@pytest.mark.parametrize(
    "function", [eval, exec, np.memmap, np.load, np.testing.runstring], ids=lambda f: f.__name__
)
def test_a_file_that_would_call_something_is_refused_and_calls_nothing(function, tmp_path):
    mark = tmp_path / "mark"
    args = (str(mark), "float64", "w+", 0, (3,))
    if function in (eval, exec):
        args = (f"open({str(mark)!r}, 'w')",)
    forged(tmp_path / "m.skops", function, *args)
    refused(tmp_path / "m.skops", function.__name__)
    assert not mark.exists()


def test_a_function_of_another_package_is_refused(tmp_path):
    skops.io.dump(FunctionTransformer(os.system), tmp_path / "m.skops")
    refused(tmp_path / "m.skops", "posix.system")


def test_a_function_bound_to_arguments_is_refused(tmp_path):
    bound = functools.partial(np.memmap, "somewhere", "float64", "w+")
    skops.io.dump(FunctionTransformer(bound), tmp_path / "m.skops")
    refused(tmp_path / "m.skops", "numpy.memmap")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_saved_model_is_refused(content, tmp_path):
    (tmp_path / "m.skops").write_bytes(content)
    refused(tmp_path / "m.skops", "not a saved model")
    refused(tmp_path / "none.skops", "not a saved model")


def test_the_model_of_another_scenario_is_refused(tmp_path):
    fitted(LogisticRegression()).save(tmp_path / "m.skops")
    other = EstimatorModel("forest", RandomForestClassifier(), Schema(("a", "b", "c")))
    with pytest.raises(RunFolderError, match="a LogisticRegression, not the RandomForestClass"):
        other.load(tmp_path / "m.skops")
    with pytest.raises(RunFolderError, match="not a saved constant"):
        ConstantModel(0.4).load(tmp_path / "m.skops")
    OracleModel().save(tmp_path / "oracle")
    with pytest.raises(RunFolderError, match="holds oracle"):
        ConstantModel(0.4).load(tmp_path / "oracle")


def test_what_could_not_be_loaded_cannot_be_saved(tmp_path):
    model = fitted(make_pipeline(FunctionTransformer(_double), LogisticRegression()))
    with pytest.raises(CannotSave, match=r"m: it holds .*_double"):
        model.save(tmp_path / "m.skops")
    assert not list(tmp_path.iterdir())
    unfitted = EstimatorModel("m", LogisticRegression(), Schema(("a", "b", "c")))
    with pytest.raises(CannotSave, match="not been fitted"):
        unfitted.save(tmp_path / "m.skops")


def _double(x):
    return 2 * x


MODELS = {
    "logistic": lambda: LogisticRegression(),
    "boosting": lambda: HistGradientBoostingClassifier(max_iter=3),
    "forest": lambda: RandomForestClassifier(3),
}


def test_another_process_with_another_hash_seed_writes_the_same_bytes(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_storage as t\n"
        "for name, make in t.MODELS.items(): t.fitted(make()).save(f'{sys.argv[1]}/{name}')\n"
        "t.write({'set': set('abcdefgh')}, f'{sys.argv[1]}/set', ())"
    )
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=env)
    for name in (*MODELS, "set"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert read(tmp_path / "1" / "set", ()) == {"set": set("abcdefgh")}


def test_a_written_object_is_read_as_it_was(tmp_path):
    held = {"a": [1.5, None, "x"], "b": np.arange(3), "c": (1, 2)}
    write(held, tmp_path / "m", ())
    back = read(tmp_path / "m", ())
    assert back["a"] == held["a"] and (back["b"] == held["b"]).all() and back["c"] == (1, 2)

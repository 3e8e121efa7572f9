import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from loopsim.runs.canonical import canonical

MODELS = [
    make_pipeline(StandardScaler(), LogisticRegression()),
    HistGradientBoostingClassifier(max_iter=5, random_state=1),
    RandomForestClassifier(3, random_state=1),
]
X = np.random.default_rng(0).normal(size=(300, 4))
Y = (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_two_fits_of_a_model_are_the_same_bytes_and_predict_alike(model, tmp_path):
    files = []
    for n in range(2):
        path = tmp_path / f"{n}.skops"
        fitted = deepcopy(model) if n else model
        skops.io.dump(fitted.fit(X, Y), path)
        canonical(path)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    loaded = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    assert (loaded.predict_proba(X) == model.predict_proba(X)).all()


def test_another_process_writes_the_same_bytes(tmp_path):
    code = f"""
import pathlib, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import skops.io, test_canonical as t
path = pathlib.Path(sys.argv[1])
skops.io.dump(t.MODELS[0].fit(t.X, t.Y), path)
t.canonical(path)
"""
    paths = [tmp_path / name for name in ("one.skops", "two.skops")]
    for path in paths:
        subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_file_of_another_kind_is_left_alone(tmp_path):
    path = tmp_path / "model.json"
    path.write_text("{}")
    canonical(path)
    assert path.read_text() == "{}"

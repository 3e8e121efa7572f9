import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.environments.lending.law_file import FORMAT
from loopsim.environments.lending.scorecard import Scorecard, Term

BASE = {
    "name": "split",
    "rounds": 9,
    "environment": {
        "kind": "lending",
        "people": 700,
        "apply": 0.7,
        "dropout": 0.3,
        "discouragement": 0.5,
        "measurement": 0.2,
    },
    "policy": {"kind": "break-even", "explore": 0.1},
    "labels": {"delay": {"kind": "lognormal", "median": 1.5}, "noise": 0.05, "never": 0.1},
    "training": {
        "rule": {"kind": "every", "rounds": 2},
        "window": {"kind": "reservoir", "rows": 250},
        "history": {"rows": 200},
        "minimum": 20,
    },
    "observed": {"minimum": 10},
    "log": {"checkpoint": 4},
}


@pytest.fixture
def scenario():
    """Makes a small lending scenario, with overrides by key path."""
    return lambda **changes: loopsim.Scenario.parse(BASE, changes)


@pytest.fixture
def hashes():
    """SHA-256 of every file that a split run must share with the run in one piece."""

    def read(folder):
        apart = ("manifest.json", "timings.json")
        files = [p for p in Path(folder).rglob("*") if p.is_file() and p.name not in apart]
        names = {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in files}
        return {name: h for name, h in names.items() if not name.startswith("checkpoints")}

    return read


@pytest.fixture
def rows(tmp_path):
    """A population of real rows, with missing values, categories and a law of their own."""
    rng = np.random.default_rng(0)
    income = rng.uniform(0, 9, 600)
    income[::7] = np.nan
    home = rng.choice(["owns", "rents", None], 600)
    frame = pd.DataFrame({"income": income, "home": home, "sex": rng.integers(1, 3, 600)})
    frame.to_csv(tmp_path / "people.csv", index=False)
    terms = (
        Term("income", points=((-1.0, 1.0),), missing=(-0.5,), knots=(0.0, 9.0)),
        Term("home", points=((0.3, -0.3),), missing=(0.0,), levels=("owns", "rents")),
    )
    law = {
        "format": FORMAT,
        "group": {"column": "sex", "groups": ["1", "2"]},
        "features": [
            {"name": "income", "lower": 0.0, "upper": 9.0},
            {"name": "home", "lower": 0.0, "upper": 1.0, "levels": ["owns", "rents"]},
        ],
        "hidden": 0.7,
        "moves": {"repaid": {"income": 1.0}},
        "law": Scorecard((1.0,), terms).to_dict(),
    }
    (tmp_path / "law.json").write_text(json.dumps(law))
    return {
        "kind": "rows",
        "path": str(tmp_path / "people.csv"),
        "law": str(tmp_path / "law.json"),
    }

"""The conformance check must fail on each rule that a model can break."""

import json
from pathlib import Path

import numpy as np
import pytest

from loopsim.errors import RunFolderError
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.testing.models import check_model

SCHEMA = Schema(("x", "home"), {"home": ("owns", "rents")})


class Mean:
    """The weighted share of good labels: about the smallest model that learns."""

    name = "mean"

    def __init__(self, value=0.5):
        self.value = value

    def fit(self, features, labels, weights, random_state):
        if len(set(labels.tolist())) < 2:
            raise CannotFit("one class only")
        return type(self)(float(np.average(labels, weights=weights)))

    def score(self, features):
        return np.full(len(features), self.value)

    def save(self, path):
        Path(path).write_text(json.dumps(self.value))

    def load(self, path):
        try:
            return type(self)(json.loads(Path(path).read_text()))
        except ValueError as error:
            raise RunFolderError(f"{path}: {error}") from error


class Nameless(Mean):
    name = ""


class InPlace(Mean):
    def fit(self, *rows):
        self.value = super().fit(*rows).value
        return self


class Restless(Mean):
    def fit(self, *rows):
        fitted = super().fit(*rows)
        self.value = fitted.value
        return fitted


class Narrow(Mean):
    def score(self, features):
        return super().score(features).astype(np.float32)


class Tall(Mean):
    def score(self, features):
        return super().score(features)[:, None]


class Beyond(Mean):
    def score(self, features):
        return super().score(features) + (0.0 if self.value == 0.5 else 1.0)


class Unknown(Mean):
    def score(self, features):
        return super().score(features) * np.where(np.arange(len(features)) == 3, np.nan, 1.0)


class Scribbler(Mean):
    def fit(self, features, labels, weights, random_state):
        features[0] = 0.0
        return super().fit(features, labels, weights, random_state)


class Dice(Mean):
    def fit(self, *rows):
        return type(self)(float(np.random.default_rng().random()))


class Ranker(Mean):
    def score(self, features):
        return (np.argsort(np.argsort(features[:, 0])) + 0.5) / len(features)


class Deaf(Mean):
    def fit(self, features, labels, weights, random_state):
        return super().fit(features, labels, None, random_state)


class Shy(Mean):
    takes_weights = False


class Fragile(Mean):
    def fit(self, features, labels, weights, random_state):
        if labels.all():
            raise ZeroDivisionError
        return super().fit(features, labels, weights, random_state)


class Forgetful(Mean):
    def load(self, path):
        super().load(path)
        return type(self)(0.25)


class Ageing(Mean):
    saved = 0

    def save(self, path):
        type(self).saved += 1
        Path(path).write_text(json.dumps(self.value) + " " * self.saved)


class Trusting(Mean):
    def load(self, path):
        try:
            return super().load(path)
        except RunFolderError:
            return type(self)()


RULES = {
    Nameless: "has a name",
    InPlace: "returns a new model",
    Restless: "leaves the model that it was asked of",
    Narrow: r"\(n,\) float64",
    Tall: r"\(n,\) float64",
    Beyond: r"in \[0, 1\]",
    Unknown: "none is NaN",
    Scribbler: "changes the rows",
    Dice: "same rows and seed",
    Ranker: "does not depend on the other cases",
    Deaf: "weights are not dropped",
    Shy: "takes no weights raises InputError",
    Fragile: "one class only raises CannotFit, not ZeroDivisionError",
    Forgetful: "scores the same when it is loaded",
    Ageing: "the same bytes",
    Trusting: "a file that is no model",
}


def test_a_sound_model_passes():
    check_model(Mean(), SCHEMA)


@pytest.mark.parametrize("broken", RULES, ids=lambda cls: cls.__name__)
def test_a_broken_rule_is_named(broken):
    with pytest.raises(AssertionError, match=f"model .*{RULES[broken]}"):
        check_model(broken(), SCHEMA)

"""The conformance check must fail on each rule that a recommender can break."""

import json
from pathlib import Path

import numpy as np
import pytest

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotFit
from loopsim.testing.recommenders import check_recommender


class Lists:
    """The same list for everybody: a list of numbers that a policy asks for in blocks."""

    def __init__(self, values, visits):
        self.values, self.visits = values, visits

    def block(self, at):
        return np.tile(self.values.astype(np.float32), (at.stop - at.start, 1))

    def believed(self, scores):
        return np.clip(scores, 0.0, 1.0, dtype=np.float64)


class Rates:
    """The weighted share of clicks of each item: about the smallest model that learns."""

    name, scorer = "rates", Lists

    def __init__(self, rates=()):
        self.rates = list(rates)

    def fit(self, rows, labels, weights, random_state):
        if len(set(labels.tolist())) < 2:
            raise CannotFit("one class only")
        weights = np.ones(len(labels)) if weights is None else weights
        size = len(rows.catalogue)
        clicks = np.bincount(rows.items, weights * labels, size)
        return type(self)(clicks / np.maximum(np.bincount(rows.items, weights, size), 1e-9))

    def score(self, visits):
        values = np.full(len(visits.catalogue), 0.5)
        values[: len(self.rates)] = self.rates
        return self.scorer(values, visits)

    def save(self, path):
        Path(path).write_text(json.dumps(self.rates))

    def load(self, path):
        try:
            return type(self)(json.loads(Path(path).read_text()))
        except ValueError as error:
            raise RunFolderError(f"{path}: {error}") from error


def scoring(**methods):
    """`Rates` whose scorer does one thing differently."""
    own = {"scorer": type("Own", (Lists,), methods)}
    return type("Rates", (Rates,), own)


def after_a_fit(change):
    """A block that is changed once the model has learnt something."""

    def block(self, at):
        scores = Lists.block(self, at)
        return scores if np.ptp(self.values) == 0 else change(self, scores, at)

    return scoring(block=block)


def poked(self, scores, at):
    scores[2:3, 1] = np.nan
    return scores


def ranked(self, scores, at):
    return scores + np.argsort(np.argsort(self.visits.users))[at, None].astype(np.float32)


def placed(self, scores, at):
    return scores + np.arange(at.stop - at.start, dtype=np.float32)[:, None]


def view(self, at):
    if not hasattr(self, "kept"):
        self.kept = Lists.block(self, slice(0, len(self.visits)))
    return self.kept[at]


class Nameless(Rates):
    name = ""


class Opinionated(Rates):
    def __init__(self, rates=(0.1, 0.9)):
        super().__init__(rates)


class InPlace(Rates):
    def fit(self, *rows):
        self.rates = super().fit(*rows).rates
        return self


class Restless(Rates):
    def fit(self, *rows):
        fitted = super().fit(*rows)
        self.rates = fitted.rates
        return fitted


class Scribbler(Rates):
    def fit(self, rows, labels, weights, random_state):
        rows.catalogue.attributes[:] = 0.0
        return super().fit(rows, labels, weights, random_state)


class Dice(Rates):
    def fit(self, *rows):
        return type(self)(np.random.default_rng().random(24))


class Old(Rates):
    def score(self, visits):
        if self.rates and len(visits.catalogue) > len(self.rates):
            raise IndexError("an item of which nothing is known")
        return super().score(visits)


class Hoarder(Lists):
    def __init__(self, values, visits):
        super().__init__(values, visits)
        self.whole = np.tile(values.astype(np.float32), (len(visits), 1))


class Deaf(Rates):
    def fit(self, rows, labels, weights, random_state):
        return super().fit(rows, labels, None, random_state)


class Shy(Rates):
    takes_weights = False


class Fragile(Rates):
    def fit(self, rows, labels, weights, random_state):
        if not len(rows):
            raise ZeroDivisionError
        return super().fit(rows, labels, weights, random_state)


class Brittle(Rates):
    def fit(self, rows, labels, weights, random_state):
        if len(rows) and labels.all():
            raise ZeroDivisionError
        return super().fit(rows, labels, weights, random_state)


class Forgetful(Rates):
    def load(self, path):
        super().load(path)
        return type(self)()


class Ageing(Rates):
    saved = 0

    def save(self, path):
        type(self).saved += 1
        Path(path).write_text(json.dumps(self.rates) + " " * self.saved)


class Trusting(Rates):
    def load(self, path):
        try:
            return super().load(path)
        except RunFolderError:
            return type(self)()


def beyond(self, scores):
    return 1.0 + Lists.believed(self, scores)


def falling(self, scores):
    return 1.0 - Lists.believed(self, scores)


RULES = {
    "nameless": (Nameless, "has a name"),
    "opinionated": (Opinionated, "before the first fit all items score alike"),
    "in place": (InPlace, "returns a new model"),
    "restless": (Restless, "leaves the model that it was asked of"),
    "scribbler": (Scribbler, "changes the rows"),
    "dice": (Dice, "same rows and seed"),
    "wide": (after_a_fit(lambda self, scores, at: scores * np.float64(1.0)), "float32"),
    "short": (after_a_fit(lambda self, scores, at: scores[:, 1:]), "visits in the slice, items"),
    "holes": (after_a_fit(poked), "every score is finite"),
    "ranked": (after_a_fit(ranked), "does not depend on the other visits"),
    "placed": (after_a_fit(placed), "does not depend on the block"),
    "view": (scoring(block=view), "may overwrite a block"),
    "narrow beliefs": (
        scoring(believed=lambda self, scores: Lists.believed(self, scores).astype(np.float32)),
        "beliefs are float64",
    ),
    "one belief": (scoring(believed=lambda self, scores: np.array([0.5])), "shape of the scores"),
    "beliefs beyond": (scoring(believed=beyond), r"belief is in \[0, 1\]"),
    "falling beliefs": (scoring(believed=falling), "never falls where scores rise"),
    "old": (Old, "came after the fit have scores, not IndexError"),
    "hoarder": (type("Rates", (Rates,), {"scorer": Hoarder}), "no users × items matrix"),
    "deaf": (Deaf, "weights are not dropped"),
    "shy": (Shy, "takes no weights raises InputError"),
    "fragile": (Fragile, "no rows: that raises CannotFit, not ZeroDivisionError"),
    "brittle": (Brittle, "only clicks: that raises CannotFit, not ZeroDivisionError"),
    "forgetful": (Forgetful, "scores the same when it is loaded"),
    "ageing": (Ageing, "the same bytes"),
    "trusting": (Trusting, "a file that is no model"),
}


def test_a_sound_recommender_passes():
    check_recommender(Rates())


@pytest.mark.parametrize("name", RULES)
def test_a_broken_rule_is_named(name):
    broken, rule = RULES[name]
    with pytest.raises(AssertionError, match=f"model .*{rule}"):
        check_recommender(broken())

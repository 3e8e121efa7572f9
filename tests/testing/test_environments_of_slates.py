"""The conformance check on worlds of slates: which ones pass, and what it finds in others."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from loopsim.draws import Stream
from loopsim.environments.recommender.settings import Recommender
from loopsim.testing.environments import check_environment

sys.path.insert(0, str(Path(__file__).parents[1] / "slates"))
import shop

SMALL = {
    "users": 100,
    "population": {
        "kind": "synthetic-tastes",
        "items": 40,
        "creators": 6,
        "genres": 4,
        "factors": 4,
    },
    "visits": 0.5,
    "sample": 16,
}
LIVELY = {
    "drift": {"rate": 0.2},
    "creators": {"adapt": 0.3},
    "boredom": {"effect": 0.8},
    "clickbait": {"mean": 0.3, "lure": 2.0},
    "satisfaction": {"leaving": 0.5, "loyalty": 0.5},
    "new_items": 2,
    "new_users": 3,
    "lifetime": 30,
}
RECOMMENDERS = {
    "plain": {},
    "all that moves": LIVELY,
    "best of what is known": LIVELY | {"choice": {"rule": "argmax"}},
    "nothing is stated, all may come again": {"stated": None, "no_repeat": 0},
}


@pytest.mark.parametrize("how", RECOMMENDERS)
def test_the_recommender_keeps_to_the_interface(how):
    check_environment(Recommender.model_validate(SMALL | RECOMMENDERS[how]).build, rounds=3)


class Sound(shop.ShopWorld):
    """The shop, where a click moves its user to the other shelf, by way of the feature edge."""

    name = "sound"

    def __init__(self, strengths):
        super().__init__(shop.Shop(users=60, items=12), strengths)

    def populate(self, draws):
        people, self.draws = super().populate(draws), draws
        people["natural"] = people["shelf"].copy()
        return people

    def _chance(self, people, rows, items):
        shelf, draws = people["shelf"], self.draws
        read = self.edges.feature.read(shelf, people["natural"], draws, people.ids)
        return np.where(read[rows] == items % 2, 0.4, 0.1)

    def respond(self, people, cases, outcomes, draws):
        super().respond(people, cases, outcomes, draws)
        people["shelf"][cases.rows[outcomes.good == 1]] ^= 1


def test_a_shop_keeps_to_it():
    check_environment(shop.Shop(users=60, items=12).build)
    check_environment(Sound)


def does(method, change):
    """A sound shop of which one method's result is changed: ``change(result, self, *args)``."""

    def changed(self, *args):
        return change(getattr(Sound, method)(self, *args), self, *args)

    return type("Does", (Sound,), {method: changed})


def visits(**changes):
    return does("features", lambda seen, world, *_: replace(seen, **changes_of(changes, seen)))


def catalogue(**changes):
    def change(seen, *_):
        return replace(seen, catalogue=replace(seen.catalogue, **changes_of(changes, seen)))

    return does("features", change)


def changes_of(changes, seen):
    return {name: make(seen) for name, make in changes.items()}


class Place(Sound):
    """The noise of a click is its place's."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        u = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        good = (u < out.probability).astype(np.int8)
        return replace(out, good=good, label=good, signals={"liked": good})


class Crowded(Sound):
    """Clicks are fewer the more visits there are."""

    def _chance(self, people, rows, items):
        return super()._chance(people, rows, items) / (1 + np.unique(rows).size)


class Leaks(Sound):
    """What was clicked is liked more, whatever the loops."""

    def _chance(self, people, rows, items):
        return np.minimum(super()._chance(people, rows, items) * (1 + people["clicks"][rows]), 1)


class Learns(Sound):
    """A panel that knows what was shown."""

    def panel(self, people, cases, draws, rows):
        features, label = super().panel(people, cases, draws, rows)
        features[:, 1] = cases.item[rows]
        return features, label


class Hasty(Sound):
    def panel(self, people, cases, draws, rows):
        features, label = super().panel(people, cases, draws, rows)
        return features, label if rows.size == len(cases) else 1 - label


class Forgets(Sound):
    """Whoever measures changes people."""

    def measure(self, people, cases, outcomes):
        people["clicks"] += 1.0
        return {}


BROKEN = {
    "a table for visits": (
        does("features", lambda seen, *_: seen.attributes),
        "features of a world of slates are Visits",
    ),
    "other users": (visits(users=lambda seen: seen.users + 1), "users are the ids of those"),
    "attributes of float32": (
        visits(attributes=lambda seen: seen.attributes.astype(np.float32)),
        "attributes of visits is",
    ),
    "excluded by name": (
        visits(exclude=lambda seen: np.full((len(seen), 1), 99)),
        "what is excluded is a row of the catalogue",
    ),
    "creators of float": (
        catalogue(creator=lambda seen: seen.catalogue.creator * 1.0),
        "creator of the catalogue is",
    ),
    "an empty shop": (
        catalogue(available=lambda seen: seen.catalogue.available & False),
        "items to show at least",
    ),
    "a click of two": (
        does("outcomes", lambda out, *_: replace(out, good=out.good * np.int8(2))),
        "good is \\(n,\\) int8",
    ),
    "places decide": (Place, "its place in the slate does not move"),
    "visits decide": (Crowded, "keyed by its id"),
    "clicks past the edge": (Leaks, "with all loops cut decisions"),
    "a panel that was shown": (Learns, "do not move what a panel would have seen"),
    "a panel that asks who else": (Hasty, "does not depend on which others are asked for"),
    "a panel without labels": (
        does("panel", lambda made, *_: (made[0], made[1][:-1])),
        "a panel has a label for each row",
    ),
    "a panel of other columns": (
        does("panel", lambda made, *_: (made[0][:, :2], made[1])),
        "features like those of its cases",
    ),
    "impressions mixed up": (
        does("learnable", lambda rows, *_: rows[::-1]),
        "learnable gives back user, item and place",
    ),
    "a measure of texts": (
        does("measure", lambda made, *_: made | {"chance": "high"}),
        "measure 'chance' is a number",
    ),
    "measuring changes people": (Forgets, "what is asked after respond changes nobody"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_every_broken_rule_is_named(how):
    build, rule = BROKEN[how]
    with pytest.raises(AssertionError, match=rule):
        check_environment(build)

"""Worlds whose decisions are slates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Environment
from loopsim.population import Population
from loopsim.slates import Catalogue, Slates, Visits
from loopsim.testing.environments.answers import answer_columns, check_good
from loopsim.testing.environments.reading import Answer, Read, Reading, require, typed

K = 3
#: Which draw picks the slates.
LOT = {None: 0, "yes": 1, "no": 2, "mixed": 3}


class SlateForm:
    """See `forms.Form`. A slate is K items at random of those that a visit may be shown."""

    def reference(self, answer: Answer) -> Answer | None:
        """Slates that are the same whatever was shown before, and so need not heed `exclude`."""
        return None

    def decide(
        self, world: Environment, visits: Cases, draws: Draws, answer: Answer | None
    ) -> Cases:
        """One of three lots of random slates, or the reference's."""
        return shown(visits, picked(visits, draws, answer))

    def check_features(self, world: Environment, visits: Cases) -> None:
        """Who visits, and what there is to show."""
        t, n, seen = visits.round, len(visits), visits.features
        require(isinstance(seen, Visits), "features of a world of slates are Visits", world, t)
        same = typed(seen.users, (n,), np.int64) and np.array_equal(seen.users, visits.ids)
        require(same, "users are the ids of those who visit, int64", world, t)
        for name, dtype in (("attributes", np.float64), ("exclude", np.int64)):
            values = getattr(seen, name)
            holds = isinstance(values, np.ndarray) and values.shape[:1] == (n,)
            holds = holds and values.ndim == 2 and values.dtype == dtype
            require(holds, f"{name} of visits is (n, columns) {dtype.__name__}", world, t)
        _check_catalogue(world, seen.catalogue, t)
        barred = bool(((seen.exclude >= -1) & (seen.exclude < len(seen.catalogue))).all())
        require(barred, "what is excluded is a row of the catalogue, or -1", world, t)

    def check_outcomes(self, world: Environment, read: Read) -> None:
        """Good or bad, one an impression."""
        check_good(world, read)

    def columns(self, read: Read) -> Reading:
        """A slate a row: (n, K) of what is of impressions."""
        seen, shape = read.visits.features, (len(read.visits), K)
        own = {"group": read.visits.group, "features": seen.attributes, "exclude": seen.exclude}
        each = {name: values.reshape(shape) for name, values in answer_columns(read).items()}
        return {name: values.copy() for name, values in (own | each).items()}

    def common(self, read: Read) -> Reading:
        """The catalogue."""
        seen = read.visits.features.catalogue
        names = ("attributes", "creator", "born", "available")
        return {f"catalogue.{name}": getattr(seen, name).copy() for name in names}

    def scribble(self, visits: Cases) -> None:
        """Overwrite what is known of the visits."""
        visits.features.attributes[:] = np.nan
        visits.features.exclude[:] = -1

    def check_actions(
        self, world: Environment, people: Population, found: Read, draws: Draws, ask: Any
    ) -> None:
        """With the outcome loop cut an item is answered alike in whatever place it is."""
        if world.edges.outcome.strength > 0.0:
            return
        read = ask(None)
        slates = picked(read.visits, draws, None)
        back = Slates(slates.items[:, ::-1].copy(), slates.scores, slates.propensities)
        turned = shown(read.visits, back)
        label = world.outcomes(people, turned, draws).label.reshape(-1, K)[:, ::-1]
        same = np.array_equal(label, read.outcomes.label.reshape(-1, K))
        rule = "with the outcome loop cut its place in the slate does not move an item's label"
        require(same, rule, world, found.cases.round)


def _check_catalogue(world: Environment, there: Any, t: int) -> None:
    require(isinstance(there, Catalogue), "a visit has a Catalogue", world, t)
    m = there.available.shape
    for name, dtype in (("creator", np.int64), ("born", np.int64), ("available", np.bool_)):
        holds = typed(getattr(there, name), m, dtype)
        require(holds, f"{name} of the catalogue is (items,) {dtype.__name__}", world, t)
    known = there.attributes
    holds = known.ndim == 2 and known.shape[:1] == m and known.dtype == np.float64
    require(holds, "attributes of the catalogue are (items, columns) float64", world, t)
    require(int(there.available.sum()) >= K, f"there are {K} items to show at least", world, t)


def picked(visits: Cases, draws: Draws, answer: Answer | None) -> Slates:
    """K different items at random for each visit, keyed by it and the item."""
    seen, n = visits.features, len(visits)
    pairs = (visits.ids[:, None] << 20) + np.arange(len(seen.catalogue))
    u = draws.uniform(Stream.EXPLORE, visits.round, pairs.ravel(), LOT[answer])
    u = np.where(seen.catalogue.available, u.reshape(pairs.shape), 3.0)
    if answer is not None:
        barred = np.column_stack([u, np.zeros(n)])  # a filler of -1 falls into the last column
        np.put_along_axis(barred, seen.exclude, 2.0, axis=1)
        u = barred[:, :-1]
    items: NDArray[np.int64] = np.argsort(u, axis=1)[:, :K]
    return Slates(items, np.full((n, K), 0.5), np.full((n, K), 1.0 / len(seen.catalogue)))


def shown(visits: Cases, slates: Slates) -> Cases:
    """The impressions of some slates, unreviewed."""
    cases = slates.impressions(visits)
    return replace(cases, reviewed=np.zeros(len(cases), dtype=bool))

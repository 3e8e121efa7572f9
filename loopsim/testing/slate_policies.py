"""What every policy that picks slates must keep to: run it on your own before you trust a run.

>>> from loopsim.policies.ranking.top_k import TopKPolicy
>>> check_slate_policy(TopKPolicy(k=2, explore=0.2))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.policies.ranking.base import SlatePolicy
from loopsim.slates import Catalogue, Slates, Visits
from loopsim.testing.requirement import with_examples

REPEATS = 20
SEEDS = 400
TOLERANCE = 6.0  # standard errors: an honest policy fails one comparison in a billion
KINDS = 4  # attributes of users and items
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_require = with_examples("policy")


@dataclass
class Known:
    """A `Scorer` of a matrix."""

    scores: NDArray[np.float32]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.scores[at].copy()

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(scores, dtype=np.float64))


def check_slate_policy(policy: SlatePolicy) -> None:
    """Raise AssertionError, naming the rule and the visits, if a policy breaks the interface.

    Parameters
    ----------
    policy : SlatePolicy
        A copy of it decides each time. Give it a short slate (k of 2 or 3): then its chances are
        compared with what happens in the lower places as well. Users and items have four
        attributes, the same ones, and half of the items came in the round before.

    Raises
    ------
    AssertionError
        If a slate isn't k different items that are available and not excluded, scores aren't what
        the model believes of them, propensities not in (0, 1], the visits were changed, the same
        draws gave other slates, the other visits mattered, a propensity moves with the draws, or
        items come less or more often over many seeds than the propensities say.
    """
    _require(bool(getattr(policy, "name", "")), "a policy has a name", "the policy", policy)
    for what, cases in _examples(policy.k):
        before = deepcopy(cases)
        slates = _decide(policy, cases, seed=0)
        _check_kept(before, what, cases, policy)
        _check_shape(slates, what, cases, policy)
        _check_items(slates, what, cases, policy)
        _check_scores(slates, what, cases, policy)
        _check_repeats(policy, what, cases, slates)
        _check_others(policy, what, cases, slates)
    for what, cases in _small(policy.k):
        _check_chances(policy, what, cases)


def _examples(k: int) -> Iterator[tuple[str, Cases]]:
    """Rounds as they come: nobody, one visit, equal scores, hardly enough items, a crowd."""
    m = 2 * k + 9
    grid = np.arange(40.0 * m).reshape(40, m)
    scores = 3.0 * np.sin(grid * 1.7)
    yield "no visits", _cases(scores[:0])
    yield "one visit", _cases(scores[:1])
    yield "distinct scores", _cases(scores)
    yield "equal scores", _cases(np.zeros((40, m)))
    yield "tied scores", _cases(np.round(scores))
    yield "far scores", _cases(1000.0 * scores)
    yield "the k last items are left", _cases(scores, exclude=np.arange(m - k))
    yield "an item excluded twice", _cases(scores, exclude=np.array([-1, 2, 2, -1, 5]))
    yield "items withdrawn", _cases(scores, gone=np.arange(0, m - k, 2))
    yield "a crowd", _cases(np.tile(scores, (30, 1)))


def _small(k: int) -> Iterator[tuple[str, Cases]]:
    """Few items, alike for all visits, so that the same slates come again and again."""
    row = np.sin(1.0 + np.arange(k + 3.0) * 2.1)
    yield "few items", _cases(np.tile(row, (8, 1)))
    yield "few items, one excluded", _cases(np.tile(row, (8, 1)), exclude=np.array([1, 1, -1]))


def _cases(scores: Floats, exclude: Any = None, gone: Any = None) -> Cases:
    n, m = scores.shape
    rows, available = np.arange(n), np.ones(m, dtype=np.bool_)
    available[np.empty(0, np.int64) if gone is None else gone] = False
    barred = np.empty((n, 0), np.int64) if exclude is None else np.tile(exclude, (n, 1))
    born = np.where(np.arange(m) % 2 == 1, 2, -20)
    catalogue = Catalogue(_attributes(m), np.arange(m) % 3, born, available)
    visits = Visits(rows * 7 + 5, _attributes(1).repeat(n, 0), barred.astype(np.int64), catalogue)
    group = (rows % 2).astype(np.int8)
    known = Known(scores.astype(np.float32))
    return Cases(3, rows, rows * 7 + 5, group, features=visits, scores=known)


def _attributes(n: int) -> Floats:
    amounts = np.sin(np.arange(1.0, 1.0 + n * KINDS)).reshape(n, KINDS) ** 2
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))


def _decide(policy: SlatePolicy, cases: Cases, seed: int) -> Slates:
    return deepcopy(policy).decide(cases, Draws(seed))


def _check_kept(before: Cases, what: str, cases: Cases, policy: SlatePolicy) -> None:
    pairs = [
        (before, cases, ("rows", "ids", "group")),
        (before.features, cases.features, ("users", "attributes", "exclude")),
        (before.scores, cases.scores, ("scores",)),
        (before.features.catalogue, cases.features.catalogue, [f.name for f in fields(Catalogue)]),
    ]
    kept = all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for a, b, names in pairs
        for name in names
    )
    _require(kept, "a policy changes nothing of the visits", what, policy)


def _check_shape(slates: Slates, what: str, cases: Cases, policy: SlatePolicy) -> None:
    shape = (len(cases), policy.k)
    whole = slates.items.shape == shape and slates.items.dtype == np.int64
    _require(whole, "items are (n, k) int64", what, policy)
    for name in ("scores", "propensities"):
        values = getattr(slates, name)
        typed = values.shape == shape and values.dtype == np.float64
        _require(typed, f"{name} are (n, k) float64", what, policy)
    proper = bool(((slates.propensities > 0.0) & (slates.propensities <= 1.0)).all())
    _require(proper, "a propensity is above 0 and at most 1", what, policy)


def _check_items(slates: Slates, what: str, cases: Cases, policy: SlatePolicy) -> None:
    items, visits = slates.items, cases.features
    inside = bool(((items >= 0) & (items < len(visits.catalogue))).all())
    _require(inside, "an item is a row of the catalogue", what, policy)
    available = bool(visits.catalogue.available[items].all())
    _require(available, "what is shown is available", what, policy)
    barred = bool((items[:, :, None] == visits.exclude[:, None, :]).any())
    _require(not barred, "what is excluded is not shown", what, policy)
    once = bool((np.diff(np.sort(items, axis=1), axis=1) > 0).all())
    _require(once, "no item comes twice in a slate", what, policy)


def _check_scores(slates: Slates, what: str, cases: Cases, policy: SlatePolicy) -> None:
    raw = np.take_along_axis(cases.scores.scores, slates.items, axis=1)
    same = np.allclose(slates.scores, cases.scores.believed(raw), rtol=0.0, atol=1e-12)
    _require(same, "scores are what the model believes of the items shown", what, policy)


def _same(a: Slates, b: Slates) -> bool:
    close = np.allclose(a.propensities, b.propensities, rtol=1e-9, atol=0.0)
    return np.array_equal(a.items, b.items) and close


def _check_repeats(policy: SlatePolicy, what: str, cases: Cases, first: Slates) -> None:
    for _ in range(REPEATS if len(cases) < 100 else 2):
        again = _same(_decide(policy, cases, seed=0), first)
        _require(again, "the same visits and draws give the same slates", what, policy)


def _check_others(policy: SlatePolicy, what: str, cases: Cases, first: Slates) -> None:
    """Every third visit, last one first, is shown what it was shown among all."""
    some = np.arange(len(cases))[::-3]
    visits = cases.features
    columns = {name: getattr(cases, name)[some] for name in ("rows", "ids", "group")}
    parts = {name: getattr(visits, name)[some] for name in ("users", "attributes", "exclude")}
    fewer = replace(
        cases, **columns, features=replace(visits, **parts), scores=Known(cases.scores.scores[some])
    )
    chosen = Slates(*(getattr(first, f.name)[some] for f in fields(Slates)))
    alone = _same(_decide(policy, fewer, seed=0), chosen)
    _require(alone, "the other visits decide nothing", what, policy)


def _check_chances(policy: SlatePolicy, what: str, cases: Cases) -> None:
    """Over seeds, each item is in its place as often as its propensity says."""
    decisions = [_decide(policy, cases, seed) for seed in range(SEEDS)]
    items = np.array([slates.items for slates in decisions])
    chances = np.array([slates.propensities for slates in decisions])
    for visit in range(len(cases)):
        _check_often(items[:, visit], chances[:, visit], what, policy)
    flat = (-1, policy.k)
    _check_often(items.reshape(flat), chances.reshape(flat), what, policy)


def _check_often(items: Ints, chances: Floats, what: str, policy: SlatePolicy) -> None:
    for place in range(policy.k):
        by_above: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for i, above in enumerate(items[:, :place].tolist()):
            by_above[tuple(above)].append(i)
        for rows in by_above.values():
            _check_place(items[rows, place], chances[rows, place], what, policy)


def _check_place(items: Ints, chances: Floats, what: str, policy: SlatePolicy) -> None:
    """One place below the same items: which item came how often, and what was said of it."""
    shown, first, counts = np.unique(items, return_index=True, return_counts=True)
    said = chances[first]
    steady = np.allclose(chances, said[np.searchsorted(shown, items)], rtol=1e-9, atol=0.0)
    rule = "a propensity follows from the scores and the places above, not from the draws"
    _require(steady, rule, what, policy)
    whole = said.sum() < 1.0 + 1e-9
    _require(bool(whole), "the propensities of a place add up to 1 at most", what, policy)
    error = np.sqrt(said * (1.0 - said) / items.size)
    far = np.abs(counts / items.size - said) > TOLERANCE * error + 1.0 / items.size
    _require(not far.any(), "an item comes as often as its propensity says", what, policy)

"""What reviewers must keep to: run it on your own before you trust a run with them.

>>> from loopsim.oversight.reviewers.settings import Expert
>>> check_reviewers(lambda: Expert(count=2).build(GROUPS, FEATURES))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

import numpy as np

from loopsim.draws import Draws
from loopsim.oversight.base import CONFIRMED, Codes, Folder, Reviewers
from loopsim.testing.requirement import require

GROUPS = ("a", "b")
FEATURES = ("x", "y", "z")
Answers = tuple[Codes, Codes]


def check_reviewers(build: Callable[[], Reviewers]) -> None:
    """Raise AssertionError, naming the rule and the cases, if reviewers break the interface.

    Parameters
    ----------
    build : callable without arguments
        Makes the reviewers anew, for groups ``GROUPS`` and features ``FEATURES``.

    Raises
    ------
    AssertionError
        If answers are not int8 zeros and ones with a reason exactly where they depart from the
        advice, a folder was changed, the same draws gave other answers, an answer depends on the
        order of the cases or on the others in the folder, a blind reviewer knew the score or the
        advice or was changed by blind cases, or a restored team answers otherwise.
    """
    _require(len(build()) > 0, "somebody sits at the desk", "the team", build)
    for what, folder in _examples():
        before = deepcopy(folder)
        answers = _ask(build, folder)
        kept = all(
            np.array_equal(getattr(before, f.name), getattr(folder, f.name), equal_nan=True)
            for f in fields(Folder)[1:]
        )
        _require(kept, "reviewers change nothing of a folder", what, build)
        _check_shape(answers, folder, what, build)
        _require(_same(answers, _ask(build, folder)), "the same draws give the same answers", what,
                 build)  # fmt: skip
        _check_others(answers, folder, what, build)
        _check_blind(folder, what, build)
        _check_memory(folder, what, build)


def _examples() -> Iterator[tuple[str, Folder]]:
    """Folders as they come: empty, one case, shown, blind, half of each, values missing."""
    yield "no cases", _folder(0)
    yield "one case", _folder(1)
    yield "cases with the score shown", _folder(60)
    yield "blind cases", replace(_folder(60), cued=np.zeros(60, np.bool_))
    yield "some of each", replace(_folder(61), cued=np.arange(61) % 2 == 0)
    missing = _folder(40)
    features = missing.features.copy()
    features[::3, 1] = np.nan
    yield "missing values", replace(missing, features=features)
    yield "a guideline", replace(_folder(40), guide=(np.arange(40) % 3 - 1).astype(np.int8))


def _folder(n: int) -> Folder:
    """Cases whose outcome goes with their first feature; the advice is right in two of three."""
    number = np.arange(n)
    x = np.stack([np.sin(number * k + k) for k in (1.0, 2.3, 3.7)], axis=1).reshape(n, 3)
    good = (x[:, 0] + 0.3 * x[:, 1] > -0.2).astype(np.int8)
    advised = np.where(number % 3 == 0, 1 - good, good).astype(np.int8)
    score = np.where(advised == 1, 0.55 + 0.4 * (number % 7) / 7, 0.1 + 0.05 * (number % 8))
    return Folder(
        4, number * 7 + 3, x, (number % 2).astype(np.int8), score, advised, np.ones(n, np.bool_),
        good, number % 5 / 2.0, np.full(n, -1, np.int8),
    )  # fmt: skip


def _ask(build: Callable[[], Reviewers], *folders: Folder) -> Answers:
    """The answers to the last of some folders, the first of which everybody was prepared on."""
    team = build()
    team.prepare(_folder(200), Draws(1))
    answers = _deal(team, folders[0])
    for folder in folders[1:]:
        answers = _deal(team, folder)
    return answers


def _deal(team: Reviewers, folder: Folder) -> Answers:
    reviewer = (folder.ids % len(team)).astype(np.int16)
    return team.review(folder, reviewer, Draws(1))


def _same(one: Answers, other: Answers) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _require(holds: bool, rule: str, what: str, build: Any) -> None:
    require(holds, rule, "reviewers", None if holds else build(), f"with {what}")


def _check_shape(answers: Answers, folder: Folder, what: str, build: Any) -> None:
    n = (len(folder),)
    typed = all(column.shape == n and column.dtype == np.int8 for column in answers)
    _require(typed, "actions and reasons are (m,) int8", what, build)
    action, reason = answers
    _require(bool(np.isin(action, (0, 1)).all()), "an answer is 0 or 1", what, build)
    agrees = np.array_equal(reason == CONFIRMED, action == folder.advised)
    said = "there is a reason exactly where an answer departs from the advice"
    _require(agrees and bool((reason >= 0).all()), said, what, build)


def _check_others(answers: Answers, folder: Folder, what: str, build: Any) -> None:
    """Backwards, and by halves, each case is answered as before: draws are keyed by its id."""
    backwards = _ask(build, folder.take(slice(None, None, -1)))
    turned = backwards[0][::-1], backwards[1][::-1]
    _require(_same(turned, answers), "the order of the cases decides nothing", what, build)
    rule = "an answer does not depend on the other cases in the folder"
    for half in (slice(0, None, 2), slice(1, None, 2)):
        some = answers[0][half], answers[1][half]
        _require(_same(_ask(build, folder.take(half)), some), rule, what, build)


def _check_blind(folder: Folder, what: str, build: Any) -> None:
    blind = replace(folder, cued=np.zeros(len(folder), np.bool_))
    flipped = replace(blind, score=1.0 - blind.score, advised=(1 - blind.advised).astype(np.int8))
    answers, others = _ask(build, blind), _ask(build, flipped)
    knows = "a blind reviewer knows neither the score nor the advice"
    _require(np.array_equal(answers[0], others[0]), knows, what, build)
    many = [replace(blind, ids=blind.ids + 1000 * k) for k in range(1, 6)]
    later = _ask(build, *many, folder)
    fixed = "blind cases change nobody: their skill is fixed"
    _require(_same(later, _ask(build, folder)), fixed, what, build)


def _check_memory(folder: Folder, what: str, build: Any) -> None:
    team = build()
    team.prepare(_folder(200), Draws(1))
    for k in range(3):
        _deal(team, replace(folder, ids=folder.ids + 1000 * k))
    state = {name: value.copy() for name, value in team.state().items()}
    again = build()
    again.restore(state)
    answers = _deal(team, folder)
    rule = "a restored team answers as the one whose state it took"
    _require(_same(_deal(again, folder), answers), rule, what, build)

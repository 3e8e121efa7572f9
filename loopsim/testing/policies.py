"""What every policy must keep to: run it on your own before you trust a run with it.

>>> from loopsim.policies.threshold import ThresholdPolicy
>>> check_policy(ThresholdPolicy(0.5), groups=("a", "b"))
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.policies.base import Decision, Policy
from loopsim.testing.requirement import with_examples

COLUMNS = ("rows", "ids", "group", "scores", "features")
REPEATS = 20
SEEDS = 400
TOLERANCE = 6.0  # standard errors: an honest policy fails one check in a billion
_require = with_examples("policy")


def check_policy(policy: Policy, groups: tuple[str, ...] = ("a", "b")) -> None:
    """Raise AssertionError, naming the rule and the cases, if a policy breaks the interface.

    Parameters
    ----------
    policy : Policy
        A copy of it decides each time, so a policy that remembers is checked from its start.
    groups : tuple of str
        The world's groups.

    Raises
    ------
    AssertionError
        If actions are not int8 zeros and ones, propensities not float64 in (0, 1], the cases were
        changed, the same draws gave another decision, the order of the cases mattered, a propensity
        moves with the draws, or the share of yes over many seeds is not what the propensities say.
    """
    _require(bool(getattr(policy, "name", "")), "a policy has a name", "the policy", policy)
    for what, cases in _examples(len(groups)):
        before = deepcopy(cases)
        decision = _decide(policy, cases, seed=0)
        _check_kept(before, what, cases, policy)
        _check_shape(decision, what, cases, policy)
        _check_repeats(policy, what, cases, decision)
        _check_order(policy, what, cases, decision)
        _check_chances(policy, what, cases)


def _examples(groups: int) -> Iterator[tuple[str, Cases]]:
    """Rounds as they come: nobody, one case, one group only, ties, certainties, a crowd."""
    grid = np.linspace(0.0, 1.0, 41)
    scores = {
        "no cases": np.empty(0),
        "one case": np.array([0.6]),
        "one case of score 0": np.array([0.0]),
        "equal scores": np.full(30, 0.8),
        "certain scores": np.repeat([0.0, 1.0], 15),
        "tied scores": np.repeat([0.2, 0.7, 0.9], 12),
        "distinct scores": grid**2,
    }
    for what, values in scores.items():
        spread = np.arange(values.size) % groups
        yield what, _cases(values, spread)
        yield f"{what}, last group only", _cases(values, np.full(values.size, groups - 1))


def _cases(scores: NDArray[np.float64], group: NDArray[np.int64]) -> Cases:
    rows = np.arange(scores.size)
    some = scores[:, None]
    return Cases(3, rows, rows * 7 + 5, group.astype(np.int8), features=some, scores=scores.copy())


def _decide(policy: Policy, cases: Cases, seed: int) -> Decision:
    return deepcopy(policy).decide(cases, Draws(seed))


def _check_shape(decision: Decision, what: str, cases: Cases, policy: Policy) -> None:
    actions, chances = decision
    n = (len(cases),)
    _require(actions.shape == n and actions.dtype == np.int8, "actions are (n,) int8", what, policy)
    _require(bool(np.isin(actions, (0, 1)).all()), "an action is 0 or 1", what, policy)
    typed = chances.shape == n and chances.dtype == np.float64
    _require(typed, "propensities are (n,) float64", what, policy)
    proper = bool(((chances > 0.0) & (chances <= 1.0)).all())
    _require(proper, "a propensity is above 0 and at most 1", what, policy)


def _check_kept(before: Cases, what: str, cases: Cases, policy: Policy) -> None:
    kept = all(np.array_equal(getattr(before, c), getattr(cases, c)) for c in COLUMNS)
    _require(kept, "a policy changes nothing of the cases", what, policy)


def _check_repeats(policy: Policy, what: str, cases: Cases, first: Decision) -> None:
    for _ in range(REPEATS):  # unkeyed chance may hit the same decision of a case or two again
        actions, chances = _decide(policy, cases, seed=0)
        same = np.array_equal(actions, first[0]) and np.array_equal(chances, first[1])
        _require(same, "the same cases and draws give the same decision", what, policy)


def _check_order(policy: Policy, what: str, cases: Cases, first: Decision) -> None:
    """Backwards, each case is answered as before: draws are keyed by its id, not its place."""
    backwards = replace(cases, **{c: getattr(cases, c)[::-1].copy() for c in COLUMNS})
    actions, chances = _decide(policy, backwards, seed=0)
    same = np.array_equal(actions[::-1], first[0])
    close = np.allclose(chances[::-1], first[1], rtol=1e-9, atol=0.0)
    _require(same and close, "the order of the cases decides nothing", what, policy)


def _check_chances(policy: Policy, what: str, cases: Cases) -> None:
    """Over seeds, P(yes) stays what it is and yes comes as often as it says."""
    decisions = [_decide(policy, cases, seed) for seed in range(SEEDS)]
    actions = np.array([actions for actions, _ in decisions], dtype=np.float64)
    chances = np.array([chances for _, chances in decisions])
    yes = np.where(actions == 1.0, chances, 1.0 - chances)
    steady = bool((np.abs(yes - yes[:1]) < 1e-9).all())
    _require(steady, "a propensity follows from the scores and not from the draws", what, policy)
    error = np.sqrt(np.maximum(yes[0] * (1.0 - yes[0]), 1e-12) / SEEDS)
    fair = bool((np.abs(actions.mean(axis=0) - yes[0]) < TOLERANCE * error + 1.0 / SEEDS).all())
    _require(fair, "yes comes as often as the propensities say", what, policy)

"""What the fraud pathologies share: a ledger of alerts and euros, and two ways to alert."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from loopsim import registry
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.base import UNKNOWN
from loopsim.testing.policies import check_policy

FILE = Path(__file__).parents[2] / "experiments" / "worlds" / "fraud_desk.py"


def part(name):
    registry.allow_code([FILE])
    return registry.load_code(FILE, name)


def day(amounts, scores, group):
    n = len(amounts)
    features = np.array(amounts, dtype=float)[:, None]
    group = np.array(group, np.int8)
    return Cases(0, np.arange(n), np.arange(n), group, features, scores=np.array(scores))


def test_the_policies_keep_to_what_every_policy_must():
    check_policy(part("AtStake")(cards=3))
    check_policy(part("SameForGroups")(cards=4, groups=2))


def test_a_large_amount_is_stopped_before_a_likelier_fraud_of_a_small_one():
    cases = day([10.0, 500.0, 20.0], [0.5, 0.9, 0.99], [0, 0, 0])
    assert part("AtStake")(cards=1).decide(cases, Draws(0))[0].tolist() == [1, 0, 1]


def test_each_group_has_as_many_alerts():
    cases = day([1.0] * 4, [0.1, 0.2, 0.3, 0.9], [0, 0, 0, 1])
    assert part("SameForGroups")(cards=2, groups=2).decide(cases, Draws(0))[0].tolist() == [
        0, 1, 1, 0,
    ]  # fmt: skip


def test_the_ledger_counts_alerts_and_euros():
    cases = day([10.0, 30.0, 70.0, 5.0], [0.5] * 4, [0] * 4)
    cases.actions = np.array([0, 0, 1, 1], np.int8)
    good, label = np.array([1, 0, 0, 1]), np.array([UNKNOWN, 0, 0, 1])
    ledger = part("Ledger")()
    ledger.on_round(None, 0, cases, SimpleNamespace(good=good, label=label))
    assert ledger.paths == {
        "alert_precision": [0.5], "seen_precision": [1.0], "lost_share": [pytest.approx(0.7)],
    }  # fmt: skip


def test_the_ledger_of_a_day_without_alerts_or_frauds_is_unknown():
    cases = day([10.0], [0.5], [0])
    cases.actions = np.ones(1, np.int8)
    ledger = part("Ledger")()
    ledger.on_round(None, 0, cases, SimpleNamespace(good=np.ones(1), label=np.ones(1)))
    assert all(np.isnan(path).all() for path in ledger.paths.values())

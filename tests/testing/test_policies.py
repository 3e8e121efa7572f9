"""The conformance check must fail on each rule that a policy can break."""

import numpy as np
import pytest

from loopsim.draws import Stream
from loopsim.policies.threshold import ThresholdPolicy
from loopsim.testing.policies import check_policy


class Broken(ThresholdPolicy):
    """A threshold policy with something wrong."""

    def __init__(self):
        super().__init__(0.5, "broken")


class Nameless(Broken):
    def __init__(self):
        ThresholdPolicy.__init__(self, 0.5, "")


class Wide(Broken):
    def decide(self, cases, draws):
        actions, chances = super().decide(cases, draws)
        return actions.astype(np.int64), chances


class Third(Broken):
    def decide(self, cases, draws):
        actions, chances = super().decide(cases, draws)
        return (actions * 2).astype(np.int8), chances


class Short(Broken):
    def decide(self, cases, draws):
        return super().decide(cases, draws)[0], np.ones(1)


class Impossible(Broken):
    def decide(self, cases, draws):
        actions, chances = super().decide(cases, draws)
        return actions, chances * 0.0


class Sorting(Broken):
    def decide(self, cases, draws):
        cases.scores[::-1].sort()
        return super().decide(cases, draws)


class Unkeyed(Broken):
    def decide(self, cases, draws):
        yes = np.random.default_rng().random(len(cases)) < 0.5
        return yes.astype(np.int8), np.full(len(cases), 0.5)


class ByPlace(Broken):
    def decide(self, cases, draws):
        u = draws.uniform(Stream.EXPLORE, cases.round, np.arange(len(cases)))
        return (u < 0.5).astype(np.int8), np.full(len(cases), 0.5)


class Silent(Broken):
    """Chance decides, and the log says that nothing was left to it."""

    def decide(self, cases, draws):
        u = draws.uniform(Stream.EXPLORE, cases.round, cases.ids)
        return (u < 0.5).astype(np.int8), np.ones(len(cases))


class Boastful(Broken):
    def decide(self, cases, draws):
        yes = draws.uniform(Stream.EXPLORE, cases.round, cases.ids) < 0.5
        return yes.astype(np.int8), np.where(yes, 0.75, 0.25)


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (Nameless, "has a name"),
        (Wide, "actions are .n,. int8"),
        (Third, "an action is 0 or 1"),
        (Short, "propensities are .n,. float64"),
        (Impossible, "above 0 and at most 1"),
        (Sorting, "changes nothing of the cases"),
        (Unkeyed, "same cases and draws give the same decision"),
        (ByPlace, "the order of the cases decides nothing"),
        (Silent, "follows from the scores and not from the draws"),
        (Boastful, "yes comes as often as the propensities say"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_told_which(policy, rule):
    with pytest.raises(AssertionError, match=rule):
        check_policy(policy())


def test_a_sound_policy_passes():
    check_policy(ThresholdPolicy(0.5))

"""The conformance check must fail on each rule that a slate policy can break."""

from dataclasses import replace

import numpy as np
import pytest

from loopsim.draws import Stream
from loopsim.policies.ranking.calibrated import CalibratedPolicy
from loopsim.policies.ranking.diverse import DiversePolicy
from loopsim.policies.ranking.exposure_floor import ExposureFloorPolicy
from loopsim.policies.ranking.softmax import SoftmaxPolicy
from loopsim.policies.ranking.top_k import TopKPolicy
from loopsim.testing.slate_policies import check_slate_policy


class Broken:
    """A top-k policy with something wrong."""

    name, k, explore = "broken", 2, 0.2

    def decide(self, cases, draws):
        return self.spoil(TopKPolicy(self.k, self.explore).decide(cases, draws), cases, draws)

    def spoil(self, slates, cases, draws):
        raise NotImplementedError


class Nameless(Broken):
    name = ""


class Narrow(Broken):
    def spoil(self, slates, cases, draws):
        return replace(slates, items=slates.items.astype(np.int32))


class Short(Broken):
    def spoil(self, slates, cases, draws):
        return replace(slates, propensities=slates.propensities[:, :1])


class Impossible(Broken):
    def spoil(self, slates, cases, draws):
        return replace(slates, propensities=slates.propensities * 0.0)


class Outside(Broken):
    def spoil(self, slates, cases, draws):
        items = slates.items.copy()
        items[:, 0] = -1
        return replace(slates, items=items)


class Withdrawn(Broken):
    def decide(self, cases, draws):
        catalogue = cases.features.catalogue
        everything = replace(catalogue, available=np.ones(len(catalogue), dtype=bool))
        all_of_it = replace(cases, features=replace(cases.features, catalogue=everything))
        return TopKPolicy(2, 0.2).decide(all_of_it, draws)


class Repeating(Broken):
    def decide(self, cases, draws):
        visits = replace(cases.features, exclude=np.empty((len(cases), 0), dtype=np.int64))
        return TopKPolicy(2, 0.2).decide(replace(cases, features=visits), draws)


class Twice(Broken):
    def spoil(self, slates, cases, draws):
        return replace(slates, items=slates.items[:, [0, 0]])


class Raw(Broken):
    def spoil(self, slates, cases, draws):
        return replace(slates, scores=slates.scores / 2.0)


class Marking(Broken):
    def spoil(self, slates, cases, draws):
        cases.features.catalogue.available[slates.items[:1, 0]] = False
        return slates


class Unkeyed(Broken):
    def decide(self, cases, draws):
        from loopsim.draws import Draws

        return TopKPolicy(2, 0.2).decide(cases, Draws(int(np.random.default_rng().integers(2**40))))


class ByPlace(Broken):
    def decide(self, cases, draws):
        return TopKPolicy(2, 1.0).decide(replace(cases, ids=np.arange(len(cases))), draws)


class Together(Broken):
    """Shows all visits what is best for the mean of them."""

    def decide(self, cases, draws):
        mean = cases.scores.scores.mean(axis=0, keepdims=True) if len(cases) else 0.0
        scores = replace(cases.scores, scores=cases.scores.scores * 0 + mean)
        slates = TopKPolicy(2).decide(replace(cases, scores=scores), draws)
        raw = np.take_along_axis(cases.scores.scores, slates.items, axis=1)
        return replace(slates, scores=cases.scores.believed(raw))


class Silent(Broken):
    """Chance decides, and the log says that nothing was left to it."""

    def spoil(self, slates, cases, draws):
        return replace(slates, propensities=np.ones(slates.items.shape))


class Unsteady(Broken):
    def spoil(self, slates, cases, draws):
        noise = draws.uniform(Stream.EXPLORE, 3, cases.ids, k=9)[:, None]
        return replace(slates, propensities=slates.propensities * (0.9 + 0.1 * noise))


class Modest(Broken):
    """Explores and says that it does so half as often."""

    def spoil(self, slates, cases, draws):
        left = cases.features.catalogue.available.sum() - np.arange(2)
        chance = np.where(slates.propensities > 0.5, 0.9, 0.1 / left)
        return replace(slates, propensities=chance)


class ForgetsAbove(Broken):
    """Random slates whose lower places are logged as if the items above were left."""

    explore = 1.0

    def spoil(self, slates, cases, draws):
        return replace(slates, propensities=slates.propensities[:, [0, 0]])


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (Nameless, "has a name"),
        (Narrow, "items are .n, k. int64"),
        (Short, "propensities are .n, k. float64"),
        (Impossible, "above 0 and at most 1"),
        (Outside, "an item is a row of the catalogue"),
        (Withdrawn, "what is shown is available"),
        (Repeating, "what is excluded is not shown"),
        (Twice, "no item comes twice"),
        (Raw, "scores are what the model believes"),
        (Marking, "changes nothing of the visits"),
        (Unkeyed, "same visits and draws give the same slates"),
        (ByPlace, "the other visits decide nothing"),
        (Together, "the other visits decide nothing"),
        (Silent, "add up to 1|as often as its propensity says"),
        (Unsteady, "not from the draws"),
        (Modest, "as often as its propensity says"),
        (ForgetsAbove, "as often as its propensity says"),
    ],
)
def test_a_slate_policy_that_breaks_a_rule_is_told_which(policy, rule):
    with pytest.raises(AssertionError, match=rule):
        check_slate_policy(policy())


@pytest.mark.parametrize(
    "policy",
    [
        TopKPolicy(3),
        TopKPolicy(3, 0.3),
        TopKPolicy(2, 1.0),
        TopKPolicy(1, 0.1),
        SoftmaxPolicy(3, temperature=0.5),
        SoftmaxPolicy(3, 0.3, temperature=0.5),
        SoftmaxPolicy(2, temperature=1e-6),
        SoftmaxPolicy(2, temperature=1e6),
        DiversePolicy(3, trade=0.5),
        DiversePolicy(3, 0.2, trade=1.0, candidates=4),
        CalibratedPolicy(3, trade=0.5),
        CalibratedPolicy(3, 0.2, trade=1.0),
        ExposureFloorPolicy(3, places=1, age=10),
        ExposureFloorPolicy(3, 0.2, places=3, age=10),
        ExposureFloorPolicy(3, places=2, age=1),
        ExposureFloorPolicy(3, 0.1, places=2, of="small-creators", most=3),
        ExposureFloorPolicy(2, places=1, of="attribute", attribute=2),
    ],
    ids=str,
)
def test_every_policy_of_the_house_passes(policy):
    check_slate_policy(policy)

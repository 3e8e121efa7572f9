"""What a policy says of slates that another one picked."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.errors import InputError
from loopsim.policies.ranking.calibrated import CalibratedPolicy
from loopsim.policies.ranking.diverse import DiversePolicy
from loopsim.policies.ranking.exposure_floor import ExposureFloorPolicy
from loopsim.policies.ranking.softmax import SoftmaxPolicy
from loopsim.policies.ranking.top_k import TopKPolicy

POLICIES = [
    TopKPolicy(3),
    TopKPolicy(3, 0.3),
    TopKPolicy(3, 1.0),
    SoftmaxPolicy(3, 0.2, temperature=0.5),
    SoftmaxPolicy(3, temperature=0.5),
    DiversePolicy(3, 0.2),
    CalibratedPolicy(3, 0.2),
    ExposureFloorPolicy(3, 0.2, places=2, age=5),
    ExposureFloorPolicy(3, places=3, age=5),
]


@pytest.fixture
def visits(make_visits):
    rng = np.random.default_rng(8)
    return make_visits(
        rng.standard_normal((70, 6)),
        exclude=[2, -1],
        items=rng.dirichlet(np.ones(3), 6),
        users=rng.dirichlet(np.ones(3), 70),
        born=[-9, 0, -9, 0, -9, -9],
    )


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_of_its_own_slates_a_policy_says_what_it_logged(visits, policy):
    slates = policy.decide(visits, Draws(3))
    said = policy.chances(visits, slates.items)
    assert said == pytest.approx(slates.propensities, rel=1e-9)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_the_chances_of_all_slates_add_up_to_one(visits, policy):
    total = np.zeros(len(visits))
    for a, b, c in np.ndindex(6, 6, 6):
        total += policy.chances(visits, np.tile([a, b, c], (len(visits), 1))).prod(axis=1)
    assert total == pytest.approx(1.0, abs=1e-9)


def test_what_cannot_be_shown_has_no_chance_nor_has_what_is_below(visits):
    slates = np.array([[2, 0, 1], [0, 0, 1], [1, 0, 2]] * 23 + [[0, 1, 3]])
    chances = TopKPolicy(3, 1.0).chances(visits, slates)
    assert chances[:3] == pytest.approx(np.array([[0, 0, 0], [0.2, 0, 0], [0.2, 0.25, 0]]))


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (np.zeros((70, 2), int), r"items: shape \(70, 2\); must be \(70, 3\)"),
        (np.full((70, 3), 6), "not in the catalogue"),
        (np.full((70, 3), -1), "not in the catalogue"),
    ],
)
def test_slates_that_cannot_be_are_refused(visits, items, said):
    with pytest.raises(InputError, match=said):
        TopKPolicy(3).chances(visits, items)

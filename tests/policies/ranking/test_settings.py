"""What a scenario may say of a slate policy."""

import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import loopsim
from loopsim import registry
from loopsim.environments.base import Money
from loopsim.errors import InputError

sys.path.insert(0, str(Path(__file__).parents[2] / "slates"))
import shop as _  # noqa: F401


@pytest.mark.parametrize(
    "kind",
    ["top-k", "random-slates", "softmax", "diverse", "calibrated", "exposure-floor"],
)
def test_a_kind_builds_a_policy_of_its_name(kind):
    settings = registry.find("policy", kind).model_validate({"kind": kind, "k": 7})
    policy = settings.build(Money(), ("all",))
    assert (settings.form, policy.k, policy.name) == ("slate", 7, kind)


@pytest.mark.parametrize("kind", ["top-k", "softmax", "diverse", "calibrated", "exposure-floor"])
def test_whoever_looks_at_scores_can_explore(kind):
    settings = registry.find("policy", kind).model_validate({"kind": kind, "explore": 0.1})
    assert settings.build(Money(), ()).explore == 0.1


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("softmax", {"temperature": 0}, "greater than or equal to 0.000001"),
        ("diverse", {"candidates": 5, "k": 10}, "candidates = 5: must be at least k = 10"),
        ("exposure-floor", {"places": 11, "k": 10}, "places = 11: must be at most k = 10"),
        ("random-slates", {"explore": 0.5}, "Extra inputs"),
    ],
)
def test_what_cannot_be_is_refused(kind, given, said):
    with pytest.raises(ValidationError, match=said):
        registry.find("policy", kind).model_validate({"kind": kind, **given})


def shop(policy):
    return loopsim.Scenario.parse(
        {
            "name": "shop",
            "rounds": 4,
            "environment": {"kind": "shop", "users": 100},
            "model": "popularity",
            "policy": {"k": 3, **policy},
            "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 1}},
        }
    )


@pytest.mark.parametrize(
    "policy",
    [
        {"kind": "softmax", "temperature": 0.1, "explore": 0.1},
        {"kind": "diverse", "trade": 0.4},
        {"kind": "exposure-floor", "places": 1, "age": 100},
    ],
)
def test_a_world_of_slates_runs_with_it(policy):
    sim = loopsim.Simulation(shop(policy)).run()
    assert all(len(set(slate)) == 3 for slate in sim.cases.item.reshape(-1, 3).tolist())
    assert ((sim.cases.propensities > 0) & (sim.cases.propensities <= 1)).all()


def test_a_world_that_knows_too_little_of_its_users_is_refused():
    with pytest.raises(InputError, match="knows 0 attributes of a user but 1 of an item"):
        loopsim.Simulation(shop({"kind": "calibrated"})).run()

"""Policies as a scenario names them."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from loopsim import registry
from loopsim.environments.base import Money
from loopsim.errors import InputError
from loopsim.policies.settings import Budget, MaxUtility, PolicyKind, Threshold
from loopsim.testing.policies import check_policy

REQUIRED = {"threshold": {"at": 0.6}, "budget": {"share": 0.3}}
EXPLORING = [{}, {"explore": 0.2}, {"explore": 0.3, "explore_yes": 0.5}]
YES_NO = [k for k in registry.BUILT_IN["policy"] if registry.find("policy", k).form == "yes-no"]


@pytest.mark.parametrize("exploring", EXPLORING, ids=["plain", "slice", "greedy"])
@pytest.mark.parametrize("kind", YES_NO)
def test_every_policy_keeps_to_the_interface(kind, exploring):
    settings = registry.find("policy", kind)(**REQUIRED.get(kind, {}), **exploring)
    assert isinstance(settings, PolicyKind)
    policy = settings.build(Money(gain=1, loss=1), ("a", "b", "c"))
    assert policy.name.startswith(kind)
    check_policy(policy, ("a", "b", "c"))


@pytest.mark.parametrize("limits", [{}, {"share": 0.5, "cases": 3}])
def test_a_budget_has_one_limit(limits):
    with pytest.raises(ValidationError, match="give either share or cases"):
        Budget(**limits)


@pytest.mark.parametrize(
    "wrong", [{"at": 1.2}, {"at": float("nan")}, {"at": 0.5, "explore": -0.1}, {"at": 0.5, "x": 1}]
)
def test_values_out_of_range_are_faults(wrong):
    with pytest.raises(ValidationError):
        Threshold(**wrong)


def test_a_threshold_for_a_group_that_does_not_exist_names_the_groups():
    message = "policy.at.blak: no such group; there are black, white. did you mean 'black'?"
    with pytest.raises(InputError) as caught:
        MaxUtility(at={"blak": 0.5}).build(Money(), ("black", "white"))
    assert str(caught.value) == message


def test_the_settings_of_policies_delays_and_rules_import_nothing_heavy():
    rooms = ("policies", "labels", "retraining")
    imports = ";".join(f"import loopsim.{room}.settings" for room in rooms)
    heavy = "{'numpy', 'numba', 'pandas', 'sklearn', 'pyarrow', 'scipy'}"
    code = f"import sys; {imports}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

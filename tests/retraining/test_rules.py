"""When a candidate is fitted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loopsim import registry
from loopsim.retraining.base import Readings
from loopsim.retraining.rules import EveryRule, LabelsRule, NeverRule
from loopsim.retraining.settings import AllRows, Every, Labels, Reservoir, Sliding

readings = st.builds(Readings, labels=st.integers(0, 10**7), rounds=st.integers(0, 10**4))


@given(reading=readings, t=st.integers(0, 10**4))
def test_never_is_never(reading, t):
    assert NeverRule().due(reading, t) is None


@given(reading=readings, every=st.integers(1, 20), t=st.integers(0, 10**4))
def test_the_calendar_looks_at_rounds_alone(reading, every, t):
    assert (EveryRule(every).due(reading, t) is not None) == (reading.rounds >= every)


@given(reading=readings, count=st.integers(1, 10**6), t=st.integers(0, 10**4))
def test_the_volume_rule_looks_at_labels_alone(reading, count, t):
    assert (LabelsRule(count).due(reading, t) is not None) == (reading.labels >= count)


@pytest.mark.parametrize(
    ("rule", "reading", "reason"),
    [
        (Every(rounds=1), Readings(0, 1), "every round"),
        (Every(rounds=4), Readings(0, 4), "every 4 rounds"),
        (Labels(count=1), Readings(1, 0), "1 new label"),
        (Labels(count=10_000), Readings(10_000, 2), "10,000 new labels"),
    ],
)
def test_reasons_are_for_people(rule, reading, reason):
    assert rule.build().due(reading, 9) == reason


def test_a_run_of_rounds_is_fitted_every_fourth():
    rule, last, fitted = Every(rounds=4).build(), 0, []
    for t in range(13):
        if rule.due(Readings(labels=0, rounds=t - last), t):
            fitted.append(t)
            last = t
    assert fitted == [4, 8, 12]


@pytest.mark.parametrize("slot", ["rule", "window"])
def test_every_rule_and_window_builds_by_its_name(slot):
    for kind in registry.BUILT_IN[slot]:
        cls = registry.find(slot, kind)
        if any(field.is_required() for field in cls.model_fields.values()) or kind == "incident":
            continue  # it says nothing without its parameters: see test_triggers.py
        settings = cls()
        assert settings.kind == kind
        assert settings.build() is not None


def test_a_window_says_what_the_memory_keeps():
    assert Sliding(rounds=8).build().rounds == 8
    assert Reservoir(rows=100).build().rows == 100
    assert not hasattr(AllRows().build(), "rows")


@pytest.mark.parametrize(
    ("cls", "wrong"), [(Every, {"rounds": 0}), (Labels, {"count": -1}), (Reservoir, {"rows": 0})]
)
def test_less_than_one_is_a_fault(cls, wrong):
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        cls(**wrong)

"""The conformance checks must fail on each rule that a retraining rule or a gate can break."""

import pytest

from loopsim.retraining.gate import Verdict
from loopsim.retraining.rules import EveryRule
from loopsim.testing.rules import check_gate, check_rule


class Yes:
    def due(self, readings, t):
        return True


class Empty:
    def due(self, readings, t):
        return ""


class Changing:
    def due(self, readings, t):
        readings.observed["auc"] = 0.0


class Counting:
    count = 0

    def due(self, readings, t):
        self.count += 1
        return f"the {self.count}th round"


class Remembering:
    seen = -1

    def due(self, readings, t):
        first, self.seen = self.seen < 0, max(self.seen, t)
        return "still new" if first or self.seen == t == 0 else None


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (Yes(), "the answer is a reason or None"),
        (Empty(), "the answer is a reason or None"),
        (Changing(), "a rule changes no reading"),
        (Counting(), "asked again it says the same"),
        (Remembering(), "a rule remembers nothing"),
    ],
)
def test_a_rule_that_breaks_the_interface_is_found(rule, broken):
    with pytest.raises(AssertionError, match=broken):
        check_rule(rule)


def test_a_sound_rule_passes():
    check_rule(EveryRule(3))


class Maybe:
    def admit(self, trial):
        return Verdict("maybe")


class Mute:
    def admit(self, trial):
        return Verdict("admit", None)


class Sorting:
    def admit(self, trial):
        trial.rows.label.sort()
        return Verdict("admit")


class Tired:
    asked = 0

    def admit(self, trial):
        self.asked += 1
        return Verdict("admit" if self.asked < 3 else "refuse")


class Second:
    asked = 0

    def admit(self, trial):
        self.asked += 1
        return Verdict("wait" if self.asked < 2 else "admit")


@pytest.mark.parametrize(
    ("gate", "broken"),
    [
        (Maybe(), "the answer is admit, refuse or wait"),
        (Mute(), "why is a text"),
        (Sorting(), "a gate changes no row"),
        (Tired(), "a gate remembers nothing|asked again"),
        (Second(), "a gate remembers nothing|asked again"),
    ],
)
def test_a_gate_that_breaks_the_interface_is_found(gate, broken):
    with pytest.raises(AssertionError, match=broken):
        check_gate(gate)

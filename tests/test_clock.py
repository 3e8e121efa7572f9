"""Within a round, the phases' order is the order in time, whatever the order of scheduling."""

from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.clock import Clock, Phase


@given(order=st.permutations(list(Phase)))
@settings(max_examples=30, deadline=None)
def test_phases_happen_in_their_order(order):
    clock, happened = Clock(), []
    for phase in order:
        clock.at(0, phase, lambda phase=phase: happened.append(phase))
    clock.finish(0)
    assert happened == list(Phase)


@given(times=st.lists(st.integers(0, 6), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_later_round_never_happens_early(times):
    clock, happened = Clock(), []
    for t in times:
        clock.at(t, Phase.LABELS, lambda t=t: happened.append(t))
    for t in range(7):
        clock.finish(t)
        assert happened == sorted(x for x in times if x <= t)


def test_a_label_due_now_is_known_to_the_decision_of_now():
    clock, said = Clock(), []
    clock.at(3, Phase.DECIDE, lambda: said.append("decide"))
    clock.at(3, Phase.LABELS, lambda: said.append("label"))
    clock.finish(3)
    assert said == ["label", "decide"]


def test_the_last_phase_of_a_round_is_inside_it():
    clock, said = Clock(), []
    clock.at(0, Phase.LOG, lambda: said.append("log"))
    clock.finish(0)
    assert said == ["log"] and clock.simpy.now == 1


def test_a_clock_goes_on_from_a_later_round():
    clock, said = Clock(start=40), []
    clock.at(40, Phase.ARRIVE, lambda: said.append(40))
    clock.finish(40)
    assert said == [40]

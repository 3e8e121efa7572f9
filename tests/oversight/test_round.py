"""Reviews within the round: who acts, what is logged, what is learned."""

from typing import Literal

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.oversight.base import Reviews
from loopsim.settings import Kind


class Softie:
    """Looks at every third case; says yes to all of them if cued, and what is right if not."""

    def __init__(self):
        self.seen = np.zeros(1, np.int64)

    def review(self, cases, good, cued, draws):
        at = np.flatnonzero(cases.ids % 3 == 0)
        self.seen += at.size
        action = np.where(cued[at], 1, good[at]).astype(np.int8)
        reason = (action != cases.actions[at]).astype(np.int8)
        reviewer = np.zeros(at.size, np.int16)
        return Reviews(
            at, reviewer, action, reason, cued[at], np.zeros(at.size), ("confirmed", "kind")
        )

    def state(self):
        return {"seen": self.seen}

    def restore(self, state):
        self.seen = state["seen"]


class SoftDesk(Kind):
    kind: Literal["soft"] = "soft"

    def build(self, groups, features):
        return Softie()


registry.add("oversight", SoftDesk)


def plan(**sections):
    return loopsim.Scenario.parse(
        {
            "name": "reviewed",
            "rounds": 6,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}},
            "oversight": "soft",
            **sections,
        }
    )


def test_what_reviewers_decide_is_done_and_marked():
    sim = loopsim.Simulation(plan()).run(1)
    third = sim.cases.ids % 3 == 0
    assert (sim.cases.actions[third] == 1).all() and (sim.cases.reviewed == third).all()
    assert sim.desk.seen == third.sum()


def test_blind_reviewers_act_but_nothing_is_learned_from_them():
    sim = loopsim.Simulation(plan(loops={"oversight": "cut"})).run(1)
    third = sim.cases.ids % 3 == 0
    assert (sim.cases.actions[third] == sim.outcomes.good[third]).all()
    assert np.isnan(sim.series.values("observed", "review")).all()


@pytest.mark.parametrize("strength", [1.0, 0.0])
def test_corrections_are_learned_from_only_if_trusted_and_in_the_loop(strength):
    training = {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}}
    training["trust"] = {"outcome": 1.0, "review": 0.5}
    sim = loopsim.Simulation(plan(loops={"oversight": strength}, training=training)).run()
    kinds = set(sim.memory.known(6).kind.tolist())
    assert kinds == ({0, 1} if strength else {0})


def test_reviews_are_feedback_of_their_own_kind_in_the_log(tmp_path):
    run = loopsim.run(plan(), out=tmp_path / "run")
    kinds = run.feedback()["kind"].value_counts()
    assert kinds["review"] > 100 and kinds["outcome"] > 100


def test_no_desk_and_no_draw_of_its_own_moves_anything_else():
    without = loopsim.Simulation(plan(oversight="none")).run(1)
    with_ = loopsim.Simulation(plan()).run(1)
    np.testing.assert_array_equal(without.outcomes.good, with_.outcomes.good)
    np.testing.assert_array_equal(without.cases.scores, with_.cases.scores)


def test_a_desk_goes_on_where_it_was(tmp_path):
    loopsim.run(plan(), out=tmp_path / "run")
    state = loopsim.Simulation(plan()).run(3).state()
    again = loopsim.Simulation.restored(plan(), state, tmp_path / "run" / "models").run()
    assert again.desk.seen == loopsim.Simulation(plan()).run().desk.seen

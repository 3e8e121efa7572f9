"""The conformance check of reviewers passes the sound and catches each fault by its rule."""

from itertools import count

import numpy as np
import pytest

from loopsim.draws import Stream
from loopsim.oversight.reviewers.settings import Dials, Expert, Mixed, TeamOf50
from loopsim.testing.oversight import FEATURES, GROUPS, check_reviewers

EVERYTHING = {
    "automation": 0.2, "habituation": 0.05, "anchoring": 0.3, "habit": 0.1, "learning": 0.5,
    "fatigue": 0.2, "consistency": 0.3, "adherence": 0.8, "group_bias": {"b": 1.0},
}  # fmt: skip
SOUND = {
    "experts": Expert(count=3),
    "fifty": TeamOf50(),
    "all dials": Expert(count=2, **EVERYTHING),
    "several kinds": Mixed(people=(Dials(alpha=0.0), Dials(count=2, **EVERYTHING))),
}


@pytest.mark.parametrize("name", SOUND)
def test_the_built_in_reviewers_keep_to_the_rules(name):
    check_reviewers(lambda: SOUND[name].build(GROUPS, FEATURES))


class Sound:
    """Right in nine of ten cases."""

    def __init__(self):
        self.seen = np.zeros(1)

    def __len__(self):
        return 2

    def prepare(self, folder, draws):
        pass

    def answer(self, folder, reviewer, draws):
        u = draws.uniform(Stream.REVIEW, folder.round, folder.ids, k=3)
        return np.where(u < 0.1, 1 - folder.good, folder.good).astype(np.int8)

    def review(self, folder, reviewer, draws):
        action = self.answer(folder, reviewer, draws)
        return action, (action != folder.advised).astype(np.int8)

    def state(self):
        return {"seen": self.seen}

    def restore(self, state):
        self.seen = state["seen"]


CALLS = count()


class Unkeyed(Sound):
    def answer(self, folder, reviewer, draws):
        return np.full(len(folder), next(CALLS) % 2, dtype=np.int8)  # never as the last time


class ByPlace(Sound):
    def answer(self, folder, reviewer, draws):
        u = draws.uniform(Stream.REVIEW, folder.round, np.arange(len(folder)))
        return (u < 0.5).astype(np.int8)


class Relative(Sound):
    def answer(self, folder, reviewer, draws):
        x = folder.features[:, 0]
        return (x >= x.max()).astype(np.int8) if len(folder) else x.astype(np.int8)


class Peeking(Sound):
    def answer(self, folder, reviewer, draws):
        return (folder.score > 0.5).astype(np.int8)


class Learning(Sound):
    def answer(self, folder, reviewer, draws):
        answers = draws.uniform(Stream.REVIEW, 0, folder.ids) * 300 < self.seen
        self.seen = self.seen + len(folder)
        return answers.astype(np.int8)


class Forgetful(Sound):
    def answer(self, folder, reviewer, draws):
        action = super().answer(folder, reviewer, draws)
        action[:] = np.where(folder.cued & (self.seen[0] > 60), 1, action)
        self.seen = self.seen + folder.cued.sum()
        return action

    def restore(self, state):
        pass


class Talkative(Sound):
    def review(self, folder, reviewer, draws):
        action, reason = super().review(folder, reviewer, draws)
        return action, np.ones_like(reason)


class Wide(Sound):
    def answer(self, folder, reviewer, draws):
        return folder.good.astype(np.int64)


class Marking(Sound):
    def answer(self, folder, reviewer, draws):
        folder.hours[:] += 1
        return super().answer(folder, reviewer, draws)


class Nobody(Sound):
    def __len__(self):
        return 0


FAULTY = {
    Unkeyed: "the same draws give the same answers",
    ByPlace: "the order of the cases",
    Relative: "the other cases in the folder",
    Peeking: "neither the score nor the advice",
    Learning: "their skill is fixed",
    Forgetful: "a restored team",
    Talkative: "a reason exactly where",
    Wide: "int8",
    Marking: "change nothing of a folder",
    Nobody: "somebody sits",
}


def test_a_sound_team_of_ones_own_passes():
    check_reviewers(Sound)


@pytest.mark.parametrize("team", FAULTY, ids=lambda team: team.__name__)
def test_each_fault_is_caught_by_its_rule(team):
    with pytest.raises(AssertionError, match=f"reviewers {team.__name__}: .*{FAULTY[team]}"):
        check_reviewers(team)

"""Rings probe, learn what passes, share it, and move on when they are caught."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.environments.fraud import rings
from loopsim.environments.fraud.people import populate
from loopsim.environments.fraud.settings import Fraud

RINGS, MEMBERS = 3, 4


class Streets:
    """Rings at work, told every day by a rule what came of their payments."""

    def __init__(self, seed=0, **settings):
        self.settings = Fraud(
            customers=300, terminals=2000, rings=RINGS, members=MEMBERS, **settings
        )
        self.draws, self.t, self.history = Draws(seed), 0, []
        self.people = populate(self.settings, self.draws)
        rings.start(self.settings, self.people, self.draws, "carried")

    @property
    def plan(self):
        return self.people.world["carried.plan"]

    @property
    def beliefs(self):
        return self.people.world["carried.beliefs"]

    def day(self, passes):
        done = self.plan.copy()
        work = rings.at_work(done, 1.0, self.t)
        came = np.where(work, [[int(passes(p)) for p in ring] for ring in done], rings.GONE)
        self.history.append((done, came.astype(np.int8)))
        world = rings.Underworld(self.settings, self.people, self.draws, "carried", self.t)
        world.live(done, came.astype(np.int8))
        self.t += 1

    def days(self, count, passes):
        for _ in range(count):
            self.day(passes)
        return self

    def amounts(self):
        """Euros of what was done with cards that had been probed, day by day."""
        return [
            done[(came != rings.GONE) & (done[:, :, rings.ARM] >= 0)][:, rings.CENTS] / 100
            for done, came in self.history
        ]


def always(_):
    return True


def test_a_fresh_card_is_probed_with_a_small_amount():
    streets = Streets().days(5, always)
    for done, _ in streets.history:
        fresh = done[:, :, rings.PROVEN] == 0
        assert (done[fresh][:, rings.CENTS] <= 500).all()
        assert (done[~fresh][:, rings.CENTS] >= 2700).all()


def test_where_all_passes_a_ring_takes_most():
    amounts = Streets().days(30, always).amounts()
    assert np.median(np.concatenate(amounts[10:])) > 350


def test_a_ring_learns_the_largest_amount_that_passes():
    streets = Streets(patience=100.0).days(90, lambda p: p[rings.CENTS] < 15_000)
    late = np.concatenate(streets.amounts()[60:])
    assert np.median(late) == pytest.approx(133, abs=8)
    assert (late < 150).mean() > 0.85


def test_a_ring_learns_the_place_that_passes():
    def near_home(p):
        return p[rings.ARM] < 0 or rings.ARMS[p[rings.ARM]][1] == 1

    streets = Streets(patience=100.0).days(90, near_home)
    arms = [done[came != rings.GONE][:, rings.ARM] for done, came in streets.history[60:]]
    arms = np.concatenate(arms)
    places = np.array([rings.ARMS[arm][1] for arm in arms[arms >= 0]])
    assert (places == 1).mean() > 0.85


def test_what_one_member_sees_all_members_know_and_no_other_ring():
    streets = Streets()
    done = streets.plan.copy()
    done[0, 0, rings.ARM], done[:, :, rings.SINCE] = 7, 0
    came = np.full((RINGS, MEMBERS), rings.GONE, np.int8)
    came[0, 0] = rings.STOPPED
    world = rings.Underworld(streets.settings, streets.people, streets.draws, "carried", 0)
    world.live(done, came)
    assert streets.beliefs[0, 7].tolist() == [1.0, 0.0]
    assert streets.beliefs[0].sum() == 1.0 and streets.beliefs[1:].sum() == 0.0


def test_who_is_stopped_takes_another_card():
    streets = Streets(patience=100.0)
    before = streets.plan[:, :, rings.CARD].copy()
    streets.days(1, lambda p: False)
    worked = streets.history[0][1] != rings.GONE
    changed = streets.plan[:, :, rings.CARD] != before
    assert worked.any() and (changed == worked)[worked].mean() > 0.9
    assert not changed[~worked].any()
    assert (streets.plan[:, :, rings.PROVEN] == 0).all()


def test_a_card_is_used_until_its_holder_notices():
    streets = Streets(noticed=6).days(40, always)
    ages = [
        t - done[came != rings.GONE][:, rings.SINCE]
        for t, (done, came) in enumerate(streets.history)
    ]
    assert np.concatenate(ages).max() == 6


def test_a_ring_that_is_caught_often_moves_and_one_that_is_not_stays():
    caught, free = Streets(patience=0.5), Streets(patience=0.5)
    homes = [s.people.world["carried.home"][:, :2].copy() for s in (caught, free)]
    caught.days(10, lambda p: False)
    free.days(10, always)
    assert (caught.people.world["carried.home"][:, :2] != homes[0]).all()
    assert (free.people.world["carried.home"][:, :2] == homes[1]).all()


def test_places_are_where_they_say():
    streets = Streets(patience=100.0).days(12, always)
    spots = streets.people.world["terminal_xy"]
    x, y = streets.people["x"], streets.people["y"]
    done = np.concatenate([done.reshape(-1, 7) for done, _ in streets.history])
    probes = done[done[:, rings.ARM] < 0]
    card, place = probes[:, rings.CARD], probes[:, rings.PLACE]
    far = np.hypot(spots[place, 0] - x[card], spots[place, 1] - y[card])
    assert far.size > 12 and (far <= 5).mean() > 0.95  # where none is in reach, it is near


def test_a_ring_more_moves_no_other_ring():
    few, more = Streets(), Streets()
    more.settings = more.settings.model_copy(update={"rings": RINGS + 2})
    rings.start(more.settings, more.people, more.draws, "carried")
    for streets in (few, more):
        streets.days(8, lambda p: p[rings.CENTS] < 9000)
    assert np.array_equal(few.plan, more.plan[:RINGS])

"""Consent, erasure and retention in a run: what is read by whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loopsim
from loopsim.draws import Draws
from loopsim.governance.consent import Consent, rate
from loopsim.governance.learned import Learned
from loopsim.governance.requests import Habits, Requests, geometric

BASE = {
    "name": "ruled",
    "rounds": 8,
    "environment": {"kind": "lending", "people": 600},
    "labels": {"delay": {"kind": "fixed", "rounds": 2}},
    "training": {"history": {"rows": 300}, "minimum": 20, "rule": {"kind": "every", "rounds": 2}},
    "observed": {"minimum": 10},
}


def plan(**changes):
    return loopsim.Scenario.parse(BASE, changes)


class Read:
    """An estimator, a gate and a monitor cannot be asked whose rows they read; the memory can."""

    def __init__(self):
        self.ids, self.monitored = [], []

    def on_round(self, sim, t, cases, outcomes):
        rows = sim.memory.known(t)
        if rows is not None:
            self.ids.append(np.unique(rows.ids))


def consenting(sim):
    group = sim.world.group(sim.people, slice(None))
    return sim.people.ids[sim.office.consent.given(sim.people.ids, group)]


CONSENT = {"white": 0.8, "black": 0.5, "hispanic": 1.0, "asian": 0.0}


@pytest.mark.parametrize(
    "changes",
    [{}, {"training.reject_inference": "fuzzy"}, {"loops.model": 0.0, "training.window": "all"}],
    ids=["reservoir", "rejects too", "panel"],
)
def test_rows_without_consent_are_in_no_memory_and_no_reference(changes):
    read = Read()
    monitors = [{"kind": "ks", "of": "features", "against": "trailing"}]
    sim = loopsim.Simulation(
        plan(governance={"consent": CONSENT}, monitors=monitors, **changes), [read]
    )
    kept, seen = [], sim.watch.monitors[0].see_cases
    sim.watch.monitors[0].see_cases = lambda t, cases: (kept.append(cases.ids), seen(t, cases))
    sim.run()
    willing = set(consenting(sim).tolist())
    assert 0.3 < len(willing) / 600 < 0.9
    assert set(np.concatenate(read.ids).tolist()) <= willing
    assert set(np.concatenate(kept).tolist()) <= willing


def test_the_panel_of_a_cut_model_loop_is_of_people_who_consent():
    sim = loopsim.Simulation(plan(governance={"consent": CONSENT}, **{"training.window": "all"}))
    features = {}
    sim.observers.append(
        type("O", (), {"on_round": lambda self, s, t, c, o: features.update({t: (c, s.memory)})})()
    )
    sim.step()
    cases, memory = features[0]
    willing = np.isin(cases.ids, consenting(sim))
    allowed = set(map(tuple, cases.features[willing]))
    assert {tuple(row) for block in memory._blocks for row in block.panel_features} <= allowed


def test_who_does_not_consent_is_still_decided_about_and_counted():
    ruled = loopsim.Simulation(plan(governance={"consent": CONSENT})).run()
    free = loopsim.Simulation(plan()).run()
    withheld = ruled.series.values("observed", "consent.withheld")
    assert ruled.decisions == free.decisions
    told = [e["rows"] for e in ruled.events if e["kind"] == "withheld"]
    assert 0 < sum(told) <= withheld.sum()
    of_asian = ruled.series.values("observed", "consent.withheld", "asian")
    assert (
        of_asian.sum() > 0
        and ruled.series.values("observed", "consent.withheld", "hispanic").sum() == 0
    )
    assert np.isnan(ruled.series.values("observed", "memory.good", "asian")).all()


def test_the_history_is_of_people_who_consent():
    seen = []

    class Fit:
        def on_version(self, sim, version):
            seen.append(version.rows)

    loopsim.Simulation(plan(governance={"consent": 0.3}), [Fit()])
    assert 140 < seen[0] < 220  # of 600 people, fewer than the 300 rows asked for


def test_full_consent_and_no_rule_change_no_figure():
    free = loopsim.Simulation(plan()).run().state()
    ruled = loopsim.Simulation(plan(governance={"consent": 1.0})).run().state()
    for name, value in free.items():
        if name != "counters":
            np.testing.assert_array_equal(value, ruled[name], err_msg=name)


@given(st.integers(0, 2**31), st.floats(0, 1), st.floats(0, 1))
def test_whoever_consents_at_a_share_consents_at_a_higher_one(seed, one, other):
    ids, group = np.arange(50), np.zeros(50, np.int8)
    low, high = sorted([one, other])
    some, more = (Consent(np.array([s]), Draws(seed)).given(ids, group) for s in (low, high))
    assert (~some | more).all()


def test_consent_does_not_depend_on_who_else_is_there():
    consent, ids = Consent(rate({"a": 0.4, "b": 0.7}, ("a", "b")), Draws(3)), np.arange(4000)
    given_ = consent.given(ids, ids % 2)
    np.testing.assert_array_equal(given_[7:90], consent.given(ids[7:90], ids[7:90] % 2))
    assert abs(given_[::2].mean() - 0.4) < 0.03 and abs(given_[1::2].mean() - 0.7) < 0.03


# -- erasure and retention -------------------------------------------------------------------------


def test_rows_and_waiting_labels_of_the_erased_are_gone():
    class Gone:
        people = 0

        def on_gone(self, sim, t, gone):
            for block in sim.memory._blocks:
                assert not np.isin(block.ids, gone.people).any()
            waiting = sim.log.state()["prediction_id"]
            assert not gone.predictions(waiting).any()
            Gone.people += gone.people.size

    sim = loopsim.Simulation(plan(governance={"erasure": {"ask": 0.05}}), [Gone()]).run()
    assert Gone.people > 100
    asked, done, waiting = (
        sim.series.values("observed", f"erasure.{n}") for n in ("asked", "done", "waiting")
    )
    assert asked.sum() - done.sum() == waiting[-1]
    np.testing.assert_array_equal(np.cumsum(asked - done), waiting)
    erased = [e for e in sim.events if e["kind"] == "erased"]
    assert sum(e["people"] for e in erased) == done.sum() == Gone.people
    tokens = [token for e in erased for token in e["receipts"]]
    assert len(set(tokens)) == len(tokens) == Gone.people


def test_what_is_older_than_the_retention_period_is_gone_and_no_label_of_it_comes():
    late = {"labels.delay": {"kind": "fixed", "rounds": 5}}

    class Old:
        def on_labels(self, sim, t, batch):
            assert (batch.opened >= t - 3).all()

        def on_round(self, sim, t, cases, outcomes):
            assert all((block.opened >= t - 3).all() for block in sim.memory._blocks)

    sim = loopsim.Simulation(plan(governance={"retention": 3}, **late), [Old()]).run()
    assert sim.series.values("observed", "labels")[-1] == 0  # they come after five rounds
    assert {e["before"] for e in sim.events if e["kind"] == "expired"} == {1, 2, 3, 4}


def test_an_erasure_of_rows_of_the_live_version_makes_a_refit_due_if_asked_for():
    rules = {"erasure": {"ask": 0.05, "refit": True}}
    never = {"training.rule": "never"}
    sim = loopsim.Simulation(plan(governance=rules, **never)).run()
    reasons = [v.reason for v in sim.versions]
    assert len(reasons) > 2 and all("erasure: " in why for why in reasons[1:])
    rules["erasure"]["refit"] = False
    sim = loopsim.Simulation(plan(governance=rules, **never)).run()
    live = sim.series.values("observed", "erasure.live")
    assert len(sim.versions) == 1 and (np.diff(live) >= 0).all() and live[-1] > 30


def test_erased_rows_of_the_live_version_are_counted_across_fits_waits_and_rollbacks():
    learned = Learned()
    learned.fitted(0, np.array([1, 1, 2, 3]), None)
    learned.live(1, 0)
    learned.erase(np.array([1]))
    assert learned.erased(1) == 2
    learned.fitted(4, np.array([2, 3, 5]), None)  # waits at the gate
    learned.erase(np.array([5]))
    learned.erase(np.array([1, 5]))  # again: those rows are gone already
    learned.live(2, 4)
    assert (learned.erased(1), learned.erased(2)) == (2, 1)
    learned.back(3, 1)
    assert learned.erased(3) == 2
    again = Learned()
    again.restore(learned.state())
    again.erase(np.array([2]))
    assert (again.erased(3), learned.erased(3)) == (3, 2)
    learned.fitted(9, np.array([7]), 3)  # an incremental fit goes on from version 3
    learned.live(4, 9)
    assert learned.erased(4) == 2


HABITS = Habits(np.array([0.1, 0.5]), np.array([0.6, 0.5]), 3, True, 2)


def test_requests_are_keyed_wait_their_time_and_are_not_made_twice():
    requests, people = Requests(HABITS, Draws(1)), np.arange(2000)
    group, no = people % 2, people % 4 == 0
    made = requests.ask(0, people, group, no)
    asked = np.isin(people, made.person)
    for some, share in ((no, 0.6), (~no & (group == 0), 0.1), (group == 1, 0.5)):
        assert abs(asked[some].mean() - share) < 0.05
    part = Requests(HABITS, Draws(1)).ask(0, people[500:700], group[500:700], no[500:700])
    inside = (made.person >= 500) & (made.person < 700)
    np.testing.assert_array_equal(part.person, made.person[inside])
    np.testing.assert_array_equal(part.due, made.due[inside])
    assert not np.isin(requests.ask(1, people, group, no).person, made.person).any()
    again = Requests(HABITS, Draws(1))
    again.restore(requests.state())
    done = again.due(3)
    assert (done.due <= 3).all() and (again.waiting.due > 3).all()
    assert again.late(done, 3).sum() == (done.asked == 0).sum()
    assert sorted(requests.receipts(done)) == again.receipts(done)


def test_a_person_decided_about_twice_asks_once_with_the_higher_chance():
    habits = Habits(np.array([0.0]), np.array([1.0]))
    people = np.array([4, 4, 5])
    made = Requests(habits, Draws(0)).ask(
        2, people, np.zeros(3, np.int8), np.array([False, True, False])
    )
    assert made.person.tolist() == [4] and made.due.tolist() == [3]


def test_the_geometric_law_has_its_mean_and_its_first_value():
    u = Draws(5).uniform(1, 0, np.arange(200_000))
    rounds = geometric(u, 4.0)
    assert rounds.min() == 1 and abs(rounds.mean() - 4.0) < 0.05
    assert abs((rounds == 1).mean() - 0.25) < 0.005


@pytest.mark.parametrize("kind", ["fraud", "recommender"])
def test_other_worlds_erase_by_person_whatever_their_cases_ids(kind):
    worlds = {
        "fraud": {
            "environment": {"kind": "fraud", "customers": 200, "terminals": 50},
            "policy": {"kind": "alert-budget", "cards": 20},
        },
        "recommender": {
            "environment": {
                "kind": "recommender",
                "users": 100,
                "population": {"kind": "synthetic-tastes", "items": 40},
            },
            "model": "popularity",
            "policy": {"kind": "top-k", "k": 5},
        },
    }
    rules = {"consent": 0.6, "erasure": {"ask": 0.3}, "retention": 3}
    data = {"name": kind, "rounds": 5, "governance": rules, **worlds[kind]}
    history = {"rows": 500, "rounds": 2}
    data |= {"training": {"rule": {"kind": "every", "rounds": 2}, "history": history}}
    gone = []

    class Check:
        def on_gone(self, sim, t, found):
            whose = sim.office.whose
            for block in sim.memory._blocks:
                assert not np.isin(whose(block.ids), found.people).any()
            gone.append(found.people)

        def on_round(self, sim, t, cases, outcomes):
            whose = sim.office.whose(cases.ids)
            np.testing.assert_array_equal(whose, sim.people.ids[cases.rows])
            willing = cases.ids[sim.office.allowed(cases)]
            for block in sim.memory._blocks:
                if block.opened.size and block.opened[0] == t:
                    assert np.isin(block.ids[block.opened == t], willing).all()

    loopsim.Simulation(loopsim.Scenario.parse(data), [Check()]).run()
    assert sum(p.size for p in gone) > 10

"""The fraud world is the handbook's where nobody reacts, and each loop carries what it declares."""

import numpy as np
import pytest

import loopsim
from loopsim.environments.base import UNKNOWN
from loopsim.environments.fraud import kernels
from loopsim.environments.fraud.settings import Fraud
from loopsim.errors import ScenarioError
from loopsim.testing.environments import check_environment

LOOPS = ("sampling", "outcome", "feature", "model", "oversight")
TAME = {"rings": 0, "scams": 0.0}


def plan(rounds=12, policy=None, loops=(), history=8, delay=7, **world):
    small = {"customers": 400, "terminals": 800, "stolen": 0.01, "skimmed": 0.005, "rings": 3}
    made = loopsim.Scenario.parse(
        {
            "name": "fraud",
            "rounds": rounds,
            "environment": {"kind": "fraud", **small, **world},
            "policy": policy or {"kind": "alert-budget", "cards": 10},
            "labels": {"delay": {"kind": "fixed", "rounds": delay}},
            "training": {
                "rule": {"kind": "every", "rounds": 3},
                "history": {"rounds": history, "rows": 5000 if history else 0},
            },
        }
    )
    return made.cut(*loops) if loops else made


def ran(*args, **kwargs):
    return loopsim.Simulation(plan(*args, **kwargs)).run()


class Days:
    """Columns of every day's payments."""

    def __init__(self):
        self.rows, self.kind, self.cents, self.terminal, self.seconds = [], [], [], [], []
        self.actions, self.labels, self.features = [], [], []

    def on_round(self, sim, t, cases, outcomes):
        payments = sim.world._today.payments
        for name in ("rows", "kind", "cents", "terminal", "seconds"):
            getattr(self, name).append(getattr(payments, name))
        self.actions.append(cases.actions)
        self.labels.append(outcomes.label)
        self.features.append(cases.features.copy())


def watched(*args, **kwargs):
    days = Days()
    return loopsim.Simulation(plan(*args, **kwargs), [days]).run(), days


def test_the_world_keeps_to_the_interface():
    small = Fraud(
        customers=150, terminals=300, stolen=0.05, skimmed=0.05, scams=0.05, rings=2, members=3
    )
    check_environment(small.build)


@pytest.fixture(scope="module")
def handbook():
    tame = {"customers": 5000, "terminals": 10_000, "stolen": 6e-4, "skimmed": 2e-4} | TAME
    return watched(40, {"kind": "everyone"}, history=0, **tame)


def test_payments_are_the_handbooks(handbook):
    sim, days = handbook
    per_day = np.array([kind.size for kind in days.kind])
    rate = sim.people["rate"].sum()
    assert per_day.mean() == pytest.approx(rate, abs=5 * np.sqrt(rate / 40))
    assert sim.people["rate"].mean() == pytest.approx(2 * 0.9692, abs=0.06)
    mean = sim.people["mean"]
    own = np.concatenate([c[k == 0] for c, k in zip(days.cents, days.kind, strict=True)]) / 100
    # mean·(Φ(2) + φ(2)/2), and as much as the mean where the normal law is negative.
    expected = (mean * sim.people["rate"]).sum() / rate * (1 + 0.5 * 0.05399)
    assert own.mean() == pytest.approx(expected, rel=0.03)
    clock = np.concatenate(days.seconds)
    assert clock.mean() == pytest.approx(43_200, abs=150)
    assert clock.std() == pytest.approx(18_193, abs=100)  # of the normal law cut off at 2.16 sd


def test_frauds_come_at_the_handbooks_rates(handbook):
    _, days = handbook
    kind = np.concatenate(days.kind[28:])
    share = np.bincount(kind, minlength=6) / kind.size
    # 973, 9,077 and 4,631 of 1,754,155 over 183 days of which the first weeks are still filling up
    assert share[kernels.LARGE] == pytest.approx(973 / 1_754_155, rel=0.35)
    assert share[kernels.SKIMMED] == pytest.approx(56 / 10_000, rel=0.15)
    assert share[kernels.STOLEN] == pytest.approx(42 / 5000 / 3, rel=0.25)
    assert share[kernels.SCAM] == share[kernels.RING] == 0


def test_terminals_lie_within_the_radius_and_each_is_as_likely(handbook):
    sim, days = handbook
    x, y = sim.people.world["terminal_xy"].T
    rows, place = np.concatenate(days.rows), np.concatenate(days.terminal)
    far = np.hypot(x[place] - sim.people["x"][rows], y[place] - sim.people["y"][rows])
    assert far.max() <= 5.0
    inner = np.flatnonzero(np.abs(sim.people["x"] - 50) + np.abs(sim.people["y"] - 50) < 40)
    mine = np.isin(rows, inner)
    # Uniform over a disc: the mean distance is two thirds of the radius.
    assert far[mine].mean() == pytest.approx(10 / 3, abs=0.03)


def test_another_seed_is_another_world():
    left, right = ran(2), loopsim.Simulation(plan(2).replace(seed=5)).run()
    assert not np.array_equal(left.people["mean"], right.people["mean"])
    assert not np.array_equal(left.people.world["terminal_xy"], right.people.world["terminal_xy"])


def test_adding_customers_moves_nobody_elses_payments():
    few, many = (
        watched(1, {"kind": "everyone"}, history=0, customers=n, stolen=0.0, **TAME)[1]
        for n in (300, 900)
    )
    first = many.rows[0] < 300
    assert np.array_equal(many.rows[0][first], few.rows[0])
    assert np.array_equal(many.features[0][first, :9], few.features[0][:, :9])


def test_a_stopped_card_is_away_and_comes_back():
    _, days = watched(8, block=2, investigated=0.0, rings=0, annoyance=0.0)
    for t in range(4):
        blocked = days.rows[t][days.actions[t] == 0]
        for later in (t + 1, t + 2):
            assert not np.isin(blocked, days.rows[later]).any()
    again = days.rows[0][days.actions[0] == 0]
    assert np.isin(again, np.concatenate(days.rows[3:])).any()


def test_a_false_alarm_that_is_looked_into_blocks_nobody():
    many = {"kind": "alert-budget", "cards": 60}
    _, days = watched(5, many, investigated=1.0, rings=0)
    honest = days.rows[0][(days.actions[0] == 0) & (days.kind[0] == 0)]
    guilty = days.rows[0][(days.actions[0] == 0) & (days.kind[0] > 0)]
    assert honest.size and guilty.size
    assert np.isin(honest, days.rows[1]).any()
    assert not np.isin(np.setdiff1d(guilty, honest), days.rows[1]).any()


def test_a_thief_loses_the_card_that_is_blocked():
    _, days = watched(14, stolen=0.02, block=0, investigated=0.0, **TAME, skimmed=0.0)
    found = 0
    for t, (rows, kind, action) in enumerate(zip(days.rows, days.kind, days.actions, strict=True)):
        caught = rows[(kind == kernels.STOLEN) & (action == 0)]
        found += caught.size
        if t + 1 < 14 and caught.size:
            after, what = days.rows[t + 1], days.kind[t + 1]
            fresh = np.isin(after[what == kernels.STOLEN], caught)
            assert fresh.sum() <= 1  # a number may be stolen anew
    assert found > 10


def test_a_stopped_payment_shows_only_if_somebody_looks():
    _, days = watched(4, investigated=0.0)
    stopped = np.concatenate(days.actions) == 0
    assert (np.concatenate(days.labels)[stopped] == UNKNOWN).all()
    _, days = watched(4, investigated=1.0)
    assert (np.concatenate(days.labels) != UNKNOWN).all()


def test_what_is_looked_into_is_known_the_next_day():
    sim = loopsim.Simulation(plan(1, investigated=1.0)).run()
    stopped = sim.cases.actions == 0
    cards = np.isin(sim.cases.rows, sim.cases.rows[stopped])
    assert np.array_equal(sim.outcomes.prompt, cards)
    batch = sim.log.reveal(1)
    assert np.array_equal(np.sort(batch.prediction_id), np.sort(sim.cases.prediction_id[cards]))


def test_customers_spend_less_after_false_alarms_and_come_back():
    sim, _ = watched(6, annoyance=0.5, recovery=0.0, investigated=0.0)
    trust = sim.people["trust"]
    assert set(np.unique(trust)) <= {1.0, 0.5, 0.25, 0.125} and (trust < 1).any()
    back = loopsim.Simulation(plan(6, annoyance=0.5, recovery=1.0)).run()
    assert (back.people["trust"] >= 0.5 - 1e-12).all()


def test_rings_go_where_they_are_not_caught():
    many = {"kind": "alert-budget", "cards": 60}
    sim = ran(30, many, rings=6, members=5, customers=1500, terminals=3000)
    carried, natural = (sim.people.world[f"{s}.plan"][:, :, 5] for s in ("carried", "natural"))
    assert carried.mean() < 0.7 * natural.mean()
    tame = ran(30, {"kind": "everyone"}, rings=6, members=5, customers=1500, terminals=3000)
    for name in ("plan", "beliefs", "home"):
        same = (tame.people.world[f"{side}.{name}"] for side in ("carried", "natural"))
        assert np.array_equal(*same)


def test_scammed_customers_send_round_amounts_themselves():
    sim, days = watched(6, {"kind": "everyone"}, scams=0.05, rings=0)
    kind, cents, rows = (np.concatenate(c) for c in (days.kind, days.cents, days.rows))
    scam = kind == kernels.SCAM
    assert scam.sum() > 100 and (cents[scam] % 1000 == 0).all()
    usual = sim.people["mean"][rows[scam]] * 100
    assert (np.abs(cents[scam] - usual) <= usual + 1000).all()
    places = np.concatenate(days.terminal)[scam]
    assert np.unique(places).size <= 5


@pytest.mark.parametrize("loop", LOOPS)
def test_round_0_is_the_same_with_a_loop_cut(loop):
    closed, cut = loopsim.Simulation(plan(1)), loopsim.Simulation(plan(1, loops=(loop,)))
    for sim in (closed, cut):
        sim.run()
    assert np.array_equal(closed.cases.rows, cut.cases.rows)
    assert np.array_equal(closed.cases.features, cut.cases.features)
    assert np.array_equal(closed.cases.scores, cut.cases.scores)
    assert np.array_equal(closed.outcomes.good, cut.outcomes.good)


def test_with_the_sampling_loop_cut_alarms_choose_nobody():
    alarms, none = (
        watched(8, policy, ("sampling",), history=0)[1]
        for policy in ({"kind": "alert-budget", "cards": 30}, {"kind": "everyone"})
    )
    for one, other in zip(alarms.rows, none.rows, strict=True):
        assert np.array_equal(one, other)


def test_with_the_feature_loop_cut_alarms_move_no_feature():
    alarms, none = (
        watched(8, policy, ("feature", "sampling"), history=0)[1]
        for policy in ({"kind": "alert-budget", "cards": 30}, {"kind": "everyone"})
    )
    for one, other in zip(alarms.features, none.features, strict=True):
        assert np.array_equal(one, other)


def test_a_loop_without_strength_is_the_same_loop_cut():
    for loop in ("sampling", "outcome", "feature", "model"):
        cut = ran(6, loops=(loop,)).series.frame()
        weak = plan(6).replace(**{f"loops.{loop}": 1e-300})
        assert loopsim.Simulation(weak).run().series.frame().equals(cut)


def test_a_restored_simulation_goes_on_bit_for_bit(tmp_path):
    whole = loopsim.Simulation(plan(12)).run()
    half = loopsim.Simulation(plan(12)).run(6)
    for version in half.versions:
        version.model.save(tmp_path / f"version-{version.number:04d}.skops")
    back = loopsim.Simulation.restored(plan(12), half.state(), tmp_path).run()
    assert back.series.frame().equals(whole.series.frame())


def test_risk_features_older_than_their_labels_are_refused():
    with pytest.raises(ScenarioError, match=r"environment\.risk_delay"):
        plan(delay=9)


def test_ids_of_payments_are_unique_and_belong_to_customers():
    sim = ran(3, rings=5, members=6)
    assert np.unique(sim.cases.ids).size == len(sim.cases)
    assert (sim.cases.ids // kernels.STRIDE == sim.cases.rows).all()

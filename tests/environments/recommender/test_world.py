"""The five edges of the recommender world, and what keeps the twins of a run exact."""

import numpy as np
import pytest

import loopsim
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.edges import LOOPS

RANDOM = {"kind": "random-slates", "k": 4}


class Watch:
    """What the world did in each round."""

    def __init__(self):
        self.rounds = []

    def on_round(self, sim, t, cases, outcomes):
        items, k = cases.item.copy(), cases.slots
        self.rounds.append(
            {"rows": cases.rows[::k].copy(), "items": items, "ids": cases.ids.copy()}
            | {name: getattr(outcomes, name).copy() for name in ("good", "label", "probability")}
        )


def watched(run, scenario, rounds=None):
    watch = Watch()
    return run(scenario, watch, rounds=rounds), watch.rounds


# -- twins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_of_strength_0_is_the_loop_cut_in_every_byte(loop, plan, run, same):
    same(run(plan(**{f"loops.{loop}": 0.0})), run(plan(**{f"loops.{loop}": "cut"})))


@pytest.mark.parametrize("loop", ["sampling", "outcome", "feature", "model"])
def test_a_closed_loop_does_something_so_that_a_null_test_can_fail(loop, plan, run):
    closed, cut = (run(p).series.frame()["value"] for p in (plan(), plan().cut(loop)))
    assert not np.array_equal(closed, cut, equal_nan=True)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("near", "end"), [(1e-12, 0.0), (1 - 1e-12, 1.0)])
def test_a_strength_near_an_end_is_near_that_end(loop, near, end, plan, run):
    one, other = (run(plan(**{f"loops.{loop}": s})).series.frame() for s in (near, end))
    np.testing.assert_allclose(one["value"], other["value"], rtol=0, atol=1e-5)


@pytest.mark.parametrize("loop", LOOPS)
def test_round_0_of_twins_is_identical_and_so_is_the_first_version(loop, plan, run):
    (one, left), (two, right) = (watched(run, p, rounds=1) for p in (plan(), plan().cut(loop)))
    for name in set(left[0]) - {"label"}:
        np.testing.assert_array_equal(left[0][name], right[0][name], err_msg=name)
    assert np.array_equal(left[0]["label"], right[0]["label"]) or loop == "outcome"
    first = [sim.versions[0].model.learnt for sim in (one, two)]
    for name in first[0]:
        np.testing.assert_array_equal(first[0][name], first[1][name], err_msg=name)


def test_a_run_taken_up_again_ends_with_the_same_bytes(plan, run, same, tmp_path):
    whole, half = run(plan()), run(plan(), rounds=3)
    for version in half.versions:
        version.model.save(tmp_path / f"version-{version.number:04d}.skops")
    state = {name: values.copy() for name, values in half.state().items()}
    same(whole, loopsim.Simulation.restored(plan(), state, tmp_path).run())


def test_more_users_leave_the_others_as_they_were_made(plan):
    few, many = (loopsim.Simulation(plan(**{"environment.users": n})).people for n in (300, 307))
    for name in few:
        np.testing.assert_array_equal(few[name], many[name][:300], err_msg=name)


# -- each edge, cut: decisions don't get through ---------------------------------------------------


def test_with_all_loops_cut_the_policy_moves_no_answer_and_no_training_row(plan, run):
    still = {
        "environment.satisfaction": {"leaving": 0, "loyalty": 0},
        "environment.boredom.effect": 0,
    }
    before = plan(**still).cut(*LOOPS)
    (one, left), (two, right) = (watched(run, p) for p in (before, before.replace(policy=RANDOM)))
    assert not np.array_equal(left[2]["items"], right[2]["items"])
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a["rows"], b["rows"])
        told = [
            dict(zip(zip(r["ids"] // 64, r["items"], strict=True), r["label"], strict=True))
            for r in (a, b)
        ]
        common = set(told[0]) & set(told[1])
        assert len(common) > 10
        assert all(told[0][pair] == told[1][pair] for pair in common)
    rows = [sim.memory.known(6) for sim in (one, two)]
    for name in ("panel_features", "panel_label"):
        np.testing.assert_array_equal(*(getattr(r, name) for r in rows), err_msg=name)
    np.testing.assert_array_equal(one.model.learnt["rate"], two.model.learnt["rate"])


def test_sampling_cut_those_come_who_always_came_only_their_number_may_differ(plan, run):
    cut = plan().cut("sampling")
    (_, left), (_, right) = (watched(run, p) for p in (cut, cut.replace(policy=RANDOM)))
    for a, b in zip(left, right, strict=True):
        few, many = sorted((set(a["rows"]), set(b["rows"])), key=len)
        assert few <= many
    closed = plan()
    (_, left), (_, right) = (watched(run, p) for p in (closed, closed.replace(policy=RANDOM)))
    few, many = sorted((set(left[-1]["rows"]), set(right[-1]["rows"])), key=len)
    assert not few <= many


def test_outcome_cut_a_label_does_not_depend_on_the_slate(plan, run):
    _, rounds = watched(run, plan().cut("outcome"), rounds=1)
    sim = loopsim.Simulation(plan().cut("outcome"))
    a = rounds[0]
    items = a["items"].reshape(-1, 4)[:, ::-1].copy()
    tastes = sim.world.read("tastes", sim.people, a["rows"])
    turned = sim.world.answers(sim.people, a["rows"], tastes, items, 0, sim.draws)
    np.testing.assert_array_equal(turned.label[:, ::-1].ravel(), a["label"])
    assert not np.array_equal(turned.clicks[:, ::-1].ravel(), a["good"])


def test_outcome_closed_a_visit_clicks_at_most_once(plan, run):
    _, rounds = watched(run, plan())
    for r in rounds:
        assert r["label"].reshape(-1, 4).sum(axis=1).max() == 1
        np.testing.assert_array_equal(r["label"], r["good"])


def test_what_consumption_made_of_tastes_and_items_is_never_read_with_the_feature_loop_cut(
    plan, run, same
):
    names = ("carried_items", "carried_attributes")

    class Spoil:
        def on_round(self, sim, t, cases, outcomes):
            sim.people["carried_tastes"][:] = np.nan
            for name in names:
                sim.people.world[name] = np.full_like(sim.people.world[name], np.nan)

    cut = plan().cut("feature")
    apart = ("people.column.carried", "people.world.carried")
    same(run(cut), run(cut, Spoil()), apart)


def test_the_panel_shows_every_item_and_does_not_know_what_was_shown(plan, run):
    sims = [run(plan(policy=p)) for p in ({"kind": "top-k", "k": 4}, RANDOM)]
    rows = [sim.memory.known(6) for sim in sims]
    logged, panel = (np.unique(f[:, 1]).size for f in (rows[0].features, rows[0].panel_features))
    assert logged < panel
    first = [r.panel_features[r.opened == 0] for r in rows]
    np.testing.assert_array_equal(*first)


def test_the_panel_asks_and_changes_nothing(plan, run):
    sim = run(plan(), rounds=2)
    before = {name: np.copy(values) for name, values in sim.people.state().items()}
    sim.world.panel(sim.people, sim.cases, sim.draws, np.arange(0, len(sim.cases), 3))
    for name, values in sim.people.state().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)


# -- what there is ---------------------------------------------------------------------------------


def test_nobody_is_shown_what_they_have_just_had(plan, run):
    class Check:
        def on_round(self, sim, t, cases, outcomes):
            lived = sim.world.round
            had = recent[lived.rows]
            assert not (lived.answers.items[:, :, None] == had[:, None, :]).any()
            recent[: len(sim.people)] = sim.people["recent"][:, :10]

    recent = np.full((400, 10), -1)
    run(plan(), Check())
    assert (recent >= 0).sum() > 400


def test_items_come_and_go_and_users_join(plan, run):
    sim = run(plan())
    world = sim.people.world
    assert len(world["born"]) == 120 + 6 * 4
    assert world["born"][120:].tolist() == sorted([1, 2, 3, 4, 5, 6] * 4)
    shown = sim.world.features(sim.people, np.arange(5), sim.draws, 20).catalogue.available
    np.testing.assert_array_equal(shown, 20 - world["born"] < 40)
    assert 0 < shown[:120].sum() < 120
    assert sim.people.ids.tolist() == list(range(300 + 6 * 3))


def test_the_unsatisfied_leave_and_do_not_come_again(plan, run):
    changes = {"environment.satisfaction": {"leaving": 1.0, "disappointment": 5.0}}
    sim, rounds = watched(run, plan(**changes))
    gone = np.flatnonzero(~sim.people["present"])
    last = max(t for t, r in enumerate(rounds) if np.isin(gone, r["rows"]).any())
    assert 20 < gone.size < 300 and last >= 3
    for row in gone[:20]:
        came = [t for t, r in enumerate(rounds) if row in r["rows"]]
        present = [t for t in came if t < 6]
        assert present == came


def test_signals_are_kinds_of_their_own_and_only_of_what_was_consumed(plan, run):
    sim = run(plan(**{"environment.signals": {"rating": 1.0, "satisfied": 0.5}}))
    good, signals = sim.outcomes.good, sim.outcomes.signals
    assert set(signals) == {"rating", "satisfied"}
    np.testing.assert_array_equal(signals["rating"] < 2, good == 1)
    asked = signals["satisfied"] < 2
    assert (good[asked] == 1).all() and 0 < asked.sum() < good.sum()
    assert {"rating", "satisfied"} <= set(sim.series.names("observed"))


def test_a_slate_of_the_oracle_has_no_regret(plan, run):
    sim = run(plan(model="oracle-slates"))
    assert np.abs(sim.series.values("true", "slate_regret")).max() < 1e-6
    other = run(plan(policy=RANDOM))
    assert other.series.values("true", "slate_regret").min() > 0.1
    assert (
        sim.series.values("true", "utility").mean() > other.series.values("true", "utility").mean()
    )


def test_a_round_without_visits_is_a_round(plan):
    sim = loopsim.Simulation(plan())
    nobody = np.empty(0, np.int64)
    cases = Cases(0, nobody, nobody, nobody.astype(np.int8), item=nobody, slots=4)
    cases.features = sim.world.features(sim.people, nobody, sim.draws, 0)
    outcomes = sim.world.outcomes(sim.people, cases, sim.draws)
    sim.world.respond(sim.people, cases, outcomes, sim.draws)
    figures = sim.world.measure(sim.people, cases, outcomes)
    assert figures["visits"] == 0 and np.isnan(figures["slate_regret"])
    assert sim.world.truth(sim.people)["drift"].max() == 0.0


def test_asking_for_half_of_the_visits_gives_the_same_answers(plan):
    sim = loopsim.Simulation(plan())
    rows, draws = np.arange(60), Draws(plan().seed)
    items = np.arange(240).reshape(60, 4) % 120
    tastes = sim.world.read("tastes", sim.people, rows)
    whole = sim.world.answers(sim.people, rows, tastes, items, 0, draws)
    half = sim.world.answers(sim.people, rows[::2], tastes[::2], items[::2], 0, draws)
    np.testing.assert_array_equal(whole.chosen[::2], half.chosen)
    np.testing.assert_array_equal(whole.probability[::2], half.probability)


def test_the_costly_figures_are_made_every_few_rounds_and_everything_else_is_as_it_was(plan, run):
    every, third = run(plan()), run(plan(**{"environment.sample_every": 3}))
    for name in ("rwc", "echo_chamber", "slate_regret", "jaccard_over_ideal", "utility"):
        one, other = (sim.series.values("true", name) for sim in (every, third))
        made = [0, 3] if name != "utility" else range(6)
        np.testing.assert_array_equal(other[made], one[made])
        assert name == "utility" or np.isnan(np.delete(other, made)).all()

"""The promises of the design, kept by whole simulations.

What a part of its own can show is tested beside that part: that draws are keyed (test_draws), that
the log level (runs/test_start) and the number of worker processes (twins/test_cut) move nothing,
that a killed run ends with the same bytes (runs/test_resume), that the layers hold (the import
contract).
"""

import random
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loopsim
from loopsim import exact, parts
from loopsim.edges import LOOPS
from loopsim.environments.lending.world import LendingWorld
from loopsim.monitoring import tally

WORLD = {
    "name": "promises",
    "rounds": 6,
    "environment": {
        "kind": "lending",
        "people": 400,
        "apply": 0.7,
        "dropout": 0.3,
        "discouragement": 0.5,
        "measurement": 0.2,
        "pipeline": [{"feature": "score", "offset": -40, "share": 0.2}],
    },
    "policy": {"kind": "break-even", "explore": 0.1},
    "labels": {"delay": {"kind": "lognormal", "median": 1.5}, "noise": 0.05, "never": 0.1},
    "training": {
        "rule": {"kind": "every", "rounds": 2},
        "history": {"rows": 200},
        "minimum": 20,
    },
    "observed": {"minimum": 10},
}
seeds = st.integers(0, 2**31)
some_loops = st.sets(st.sampled_from(LOOPS), min_size=1)
few = settings(max_examples=5, deadline=None)


def plan(**changes):
    return loopsim.Scenario.parse(WORLD, changes)


class Watch:
    """Everything that a round did, by case."""

    COLUMNS = ("ids", "group", "features", "scores", "actions", "propensities")

    def __init__(self):
        self.rounds, self.revealed = [], []

    def on_labels(self, sim, t, batch):
        order = np.argsort(batch.prediction_id)
        self.revealed.append({f.name: getattr(batch, f.name)[order] for f in fields(batch)})

    def on_round(self, sim, t, cases, outcomes):
        cases = {name: getattr(cases, name).copy() for name in self.COLUMNS}
        answers = {k: v.copy() for k, v in vars(outcomes).items() if isinstance(v, np.ndarray)}
        self.rounds.append(cases | answers)


def run(scenario, rounds=None):
    watch = Watch()
    return loopsim.Simulation(scenario, [watch]).run(rounds), watch


def equal(one, other, names=None):
    """Two tables of arrays agree bit for bit, a missing value with itself."""
    for name in one if names is None else names:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def same(one, other, *, apart=()):
    """Two runs did the same: people, labels, memory, dashboard, figures, versions."""
    left, right = one.state(), other.state()
    assert left.keys() == right.keys()
    equal(left, right, [name for name in left if not name.startswith(tuple(apart) or "\0")])


# -- 2. exact twins --------------------------------------------------------------------------------


@few
@given(seed=seeds, extra=st.integers(1, 40))
def test_people_who_join_the_world_leave_everybody_else_as_they_were_made(seed, extra):
    few_, many = (
        loopsim.Simulation(plan(seed=seed, **{"environment.people": n})).people
        for n in (500, 500 + extra)
    )
    for name in few_:
        np.testing.assert_array_equal(few_[name], many[name][:500], err_msg=name)


UNCOUPLED = {
    "environment.discouragement": 0,  # a group's refusal rate is everybody's
    "environment.measurement": 0,  # its unit is everybody's standard deviation
    "environment.population": {"kind": "synthetic"},
    "environment.pipeline": [{"feature": "utilisation", "blank": True, "share": 0.2}],
    "model": {"kind": "constant", "value": 0.6},
}


@few
@given(
    seed=seeds,
    policy=st.sampled_from([{"kind": "random"}, {"kind": "threshold", "at": 0.5, "explore": 0.3}]),
)
def test_where_nothing_is_shared_one_person_more_moves_nobody_in_any_round(seed, policy):
    (few_, left), (many, right) = (
        run(plan(seed=seed, policy=policy, **UNCOUPLED, **{"environment.people": n}))
        for n in (500, 501)
    )
    for name in few_.people:
        np.testing.assert_array_equal(few_.people[name], many.people[name][:500], err_msg=name)
    for one, other in zip(left.rounds, right.rounds, strict=True):
        equal(one, {name: values[other["ids"] < 500] for name, values in other.items()})
    for one, other in zip(left.revealed, right.revealed, strict=True):
        mine = (other["prediction_id"] & ((1 << 40) - 1)) < 500
        equal(one, {name: values[mine] for name, values in other.items()})


NOT_THE_WORLD = {
    "nobody gets a loan": {"policy": {"kind": "nobody"}},
    "everybody gets one": {"policy": {"kind": "everyone"}},
    "by chance": {"policy": {"kind": "random", "share": 0.3}},
    "another model": {"model": {"kind": "constant", "value": 0.1}},
    "never retrained": {"training.rule": "never"},
    "late labels": {"labels.delay": {"kind": "fixed", "rounds": 4}},
    "noisy labels": {"labels.noise": 0.4, "labels.never": 0.5},
    "another dashboard": {"observed.window": 2},
    "no log": {"log.level": "off"},
}


@pytest.mark.parametrize("what", NOT_THE_WORLD)
def test_with_all_loops_cut_nothing_moves_a_draw_of_the_world(what):
    # Who has left still counts: the cut of sampling keeps the number of those who apply.
    still = {"environment.dropout": 0, "environment.discouragement": 0}
    before = plan(seed=3, **still).cut(*LOOPS)
    left, right = (run(p)[1] for p in (before, before.replace(**NOT_THE_WORLD[what])))
    for one, other in zip(left.rounds, right.rounds, strict=True):
        equal(one, other, ("ids", "group", "features", "probability", "good", "label"))


@few
@given(seed=seeds, loops=some_loops)
def test_a_loop_of_strength_0_is_the_loop_cut_in_every_byte_of_a_run(seed, loops):
    words = plan(seed=seed, **{f"loops.{name}": "cut" for name in loops})
    zeros = plan(seed=seed, **{f"loops.{name}": 0 for name in loops})
    same(run(words)[0], run(zeros)[0])
    assert words.hash == zeros.hash == plan(seed=seed).cut(*loops).hash


def test_what_decisions_made_of_people_is_never_read_with_the_feature_loop_cut():
    class Spoil:
        def on_round(self, sim, t, cases, outcomes):
            sim.people["carried"][:] = np.nan
            sim.people["carried_hidden"][:] = np.nan

    changes = {"environment.population": {"kind": "transunion-2003", "hidden": 0.7}}
    scenario = plan(**changes).cut("feature")
    sound, spoilt = run(scenario)[0], loopsim.Simulation(scenario, [Spoil()]).run()
    same(sound, spoilt, apart=("people.column.carried",))


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("near", "end"), [(1e-9, 0.0), (1 - 1e-9, 1.0)])
def test_a_strength_near_an_end_is_near_that_end(loop, near, end):
    (one, left), (other, right) = (run(plan(**{f"loops.{loop}": s})) for s in (near, end))
    assert one.decisions == other.decisions
    for a, b in zip(left.rounds, right.rounds, strict=True):
        equal(a, b, ("ids", "actions", "good", "label"))
    for ledger in ("true", "observed"):
        for name in one.series.names(ledger):
            values = (sim.series.values(ledger, name) for sim in (one, other))
            np.testing.assert_allclose(*values, rtol=0, atol=1e-5, err_msg=f"{ledger}.{name}")


@pytest.mark.parametrize("loop", ["sampling", "outcome", "feature", "model"])
def test_a_closed_loop_does_something_so_that_a_null_test_can_fail(loop):
    closed, cut = (run(p)[0].series.frame()["value"] for p in (plan(), plan().cut(loop)))
    assert not np.array_equal(closed, cut, equal_nan=True)


@few
@given(seed=seeds, loops=some_loops)
def test_round_0_of_twins_is_identical_and_so_is_the_first_version(seed, loops):
    twin = plan(seed=seed)
    (closed, left), (cut, right) = (run(p, 1) for p in (twin, twin.cut(*loops)))
    names = set(left.rounds[0]) - ({"label", "selective"} if "outcome" in loops else set())
    equal(left.rounds[0], right.rounds[0], names)
    one, other = closed.versions[0], cut.versions[0]
    assert replace(one, model=None) == replace(other, model=None)
    grid = np.linspace(300.0, 850.0, 500)[:, None]
    np.testing.assert_array_equal(one.model.score(grid), other.model.score(grid))
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("closed", "cut")]
        one.model.save(files[0])
        other.model.save(files[1])
        assert files[0].read_bytes() == files[1].read_bytes()


def test_a_run_reads_and_moves_no_generator_but_its_own():
    tree = {"kind": "estimator", "use": "sklearn.tree.ExtraTreeClassifier"}  # it splits by chance
    sim = loopsim.Simulation(plan(model=tree))

    def generators():
        kind, keys, place, *_ = np.random.get_state()  # noqa: NPY002
        mesas = sim.random.getstate(), str(sim.rng.bit_generator.state)
        return kind, keys.tobytes(), place, random.getstate(), mesas

    before = generators()
    sim.run()
    assert len(sim.versions) > 1
    assert generators() == before


# -- 3. two ledgers --------------------------------------------------------------------------------


def test_the_dashboard_and_the_model_see_nothing_of_an_outcome_that_was_hidden(monkeypatch):
    honest = LendingWorld.outcomes

    def otherwise(world, people, cases, draws):
        out = honest(world, people, cases, draws)
        hidden = out.label == 2
        out.good = np.where(hidden, 1 - out.good, out.good).astype(np.int8)
        out.probability = np.where(hidden, 1.0 - out.probability, out.probability)
        return out

    sound = run(plan())[0]
    monkeypatch.setattr(LendingWorld, "outcomes", otherwise)
    moved = run(plan())[0]
    left, right = (sim.series.frame().set_index("ledger")["value"] for sim in (sound, moved))
    assert left.loc["observed"].equals(right.loc["observed"])
    assert not left.loc["true"].equals(right.loc["true"])
    same(sound, moved, apart=("series.true", "memory.rows.panel"))


@pytest.mark.parametrize("what", ["late labels", "noisy labels", "another dashboard"])
def test_the_truth_does_not_depend_on_what_the_team_gets_to_know(what):
    fixed = plan(**{"training.rule": "never"})
    left, right = (
        run(p)[0].series.frame().set_index("ledger")["value"]
        for p in (fixed, fixed.replace(**NOT_THE_WORLD[what]))
    )
    assert left.loc["true"].equals(right.loc["true"])
    assert not left.loc["observed"].equals(right.loc["observed"])


# -- 4. same seed, same bytes ----------------------------------------------------------------------


@pytest.mark.parametrize("threads", ["2", "5"])
def test_the_threads_of_a_run_move_no_byte(threads, monkeypatch):
    for module in (parts, exact, tally):
        monkeypatch.setattr(module, "PART", 64)
    made = []
    for number in ("1", threads):
        monkeypatch.setenv("LOOPSIM_THREADS", number)
        parts._pool.cache_clear()
        made.append(run(plan())[0])
    assert parts._pool.cache_info().currsize == 1  # the second run did share its work out
    parts._pool.cache_clear()
    same(*made)


@few
@given(seed=seeds, at=st.integers(0, 6), loops=st.sets(st.sampled_from(LOOPS)))
def test_a_run_taken_up_at_any_round_ends_as_the_undisturbed_one(seed, at, loops):
    scenario = plan(seed=seed).cut(*loops)
    whole, half = run(scenario)[0], run(scenario, at)[0]
    with TemporaryDirectory() as folder:
        for version in half.versions:
            version.model.save(Path(folder) / f"version-{version.number:04d}.skops")
        state = {name: values.copy() for name, values in half.state().items()}
        back = loopsim.Simulation.restored(scenario, state, Path(folder)).run()
    same(whole, back)


# -- 6. columns for the many, 7. one clock ---------------------------------------------------------


def test_none_of_the_many_is_an_agent():
    sim, _ = run(plan(), 2)
    assert len(sim.agents) == 0
    assert {len(sim.people[name]) for name in sim.people} == {400}


def test_a_step_is_one_round_of_the_one_clock():
    sim = loopsim.Simulation(plan())
    for t in range(1, 4):
        sim.step()
        assert (sim.t, sim.clock.simpy.now, sim.steps) == (t, t, t)
    waiting = [event for *_, event in sim.clock.simpy._queue if event.callbacks]
    assert waiting == []  # whatever is pending is in a table, and can be saved


def test_a_label_that_falls_due_in_a_round_teaches_the_version_that_decides_in_it():
    every = {"kind": "every", "rounds": 1}
    labels = {"delay": {"kind": "fixed", "rounds": 1}, "never": 0}
    sim, watch = run(plan(labels=labels, **{"training.rule": every}), 2)
    seen = int((watch.rounds[0]["label"] < 2).sum())
    assert sim.versions[1].rows == seen == len(watch.revealed[1]["label"]) > 20
    assert sim.cases.version == 2
    features = watch.rounds[1]["features"]
    np.testing.assert_array_equal(watch.rounds[1]["scores"], sim.versions[1].model.score(features))

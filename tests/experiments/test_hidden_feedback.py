"""The towns of Khritankov: who follows, what the error then does, and what stays as it was."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import loopsim
from loopsim import registry
from loopsim.edges import LOOPS
from loopsim.errors import RunFolderError

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "hidden_feedback.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "hidden_feedback"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    registry.allow_code([of("WORLD")])
    return registry.load_code(of("WORLD"), name)


def plan(usage=0.7, adherence=0.9, towns=12, rounds=40, quiet=16, **changes):
    of_world("Adherence")
    small = {"environment.towns": towns, "environment.quiet": quiet, "rounds": rounds}
    return of("scenario")(usage, adherence, **small | changes)


def ran(*args, **changes):
    return loopsim.Simulation(plan(*args, **changes)).run()


def same(one, two):
    return one.metrics.frame().equals(two.metrics.frame())


def test_the_mean_field_gives_the_published_figures():
    for case, published in of("CASES").items():
        fixed = of("mean_field")(*case)
        assert np.isinf(fixed) if published is None else abs(fixed - published) < 5e-4


@pytest.mark.parametrize("adherence", [0.2, 1.4])
def test_whoever_follows_strays_by_the_known_error_in_the_mean(adherence):
    """E|label − prediction| = s·√(2/π)·MAE of the town; within 4 standard errors."""
    sim = loopsim.Simulation(plan(1.0, adherence, towns=200, quiet=16))
    sim.run(16)
    for _ in range(4):
        known = sim.world.error(sim.people)
        sim.step()
        shown = np.abs(sim.outcomes.label - sim.cases.scores).reshape(200, -1).mean(axis=1)
        excess = shown / (adherence * np.sqrt(2 / np.pi) * known) - 1.0
        assert abs(excess.mean()) < 4 * excess.std(ddof=1) / np.sqrt(200)


def test_the_share_that_follows_is_the_usage():
    sim = ran(0.7, 0.9, towns=100, rounds=30)
    share = (sim.outcomes.label != sim.outcomes.good).mean()
    assert abs(share - 0.7) < 4 * np.sqrt(0.7 * 0.3 / len(sim.cases))


def test_before_anybody_follows_the_log_shows_the_law():
    sim = ran(1.0, 0.2, rounds=16)
    assert np.array_equal(sim.outcomes.label, sim.outcomes.good)


def test_nobody_who_follows_is_the_outcome_loop_cut_bit_for_bit():
    assert same(ran(0.0, 0.2), ran(0.7, 0.2, **{"loops.outcome": 0.0}))
    assert not same(ran(0.0, 0.2), ran(0.7, 0.2))


def test_who_arrives_and_what_the_law_says_depend_on_no_loop():
    one, two = ran(1.0, 1.4), ran(0.5, 0.2, **{f"loops.{loop}": 0.0 for loop in LOOPS})
    assert np.array_equal(one.cases.features, two.cases.features)
    assert np.array_equal(one.outcomes.good, two.outcomes.good)


def test_every_loop_half_closed_runs_and_reads_half_of_the_move():
    half = ran(rounds=20, **{f"loops.{loop}": 0.5 for loop in LOOPS})
    assert np.isfinite(half.series.values("observed", "mae")[2:]).all()
    closed = loopsim.Simulation(plan()).run(17)
    part = loopsim.Simulation(plan(**{"loops.outcome": 0.5})).run(17)
    moved, halved = (sim.outcomes.label - sim.outcomes.good for sim in (closed, part))
    np.testing.assert_allclose(halved, moved / 2, atol=1e-12)


def test_followed_exactly_a_model_comes_to_seem_perfect_and_stays_where_it_was():
    sim = ran(1.0, 0.0, rounds=90)
    assert sim.series.values("observed", "mae")[-1] == 0.0
    slopes = [version.model.learnt["slopes"] for version in sim.versions]
    np.testing.assert_allclose(slopes[-1], slopes[-3], atol=1e-4)
    assert sim.series.values("true", "mae")[-1] > 0.2


def test_with_the_model_loop_cut_nothing_that_was_followed_is_learned():
    """Fits read the law's outcomes: the slopes stay within 5 standard errors of the truth."""
    sim = ran(1.0, 1.4, towns=100, rounds=60, **{"loops.model": 0.0})
    mean = sim.versions[-1].model.learnt["slopes"].mean(axis=0)
    np.testing.assert_allclose(mean, [0.0, *[0.84] * 5], atol=5 * 0.3 / np.sqrt(100 * 143))


def test_a_town_more_moves_no_other_town():
    few, more = ran(rounds=20), ran(rounds=20, towns=13)
    assert np.array_equal(few.outcomes.label, more.outcomes.label[: len(few.cases)])


def test_a_run_that_is_resumed_goes_on_with_the_same_bytes(tmp_path):
    loopsim.run(plan(rounds=24), out=tmp_path / "run")
    state = loopsim.Simulation(plan(rounds=24)).run(19).state()
    models = tmp_path / "run" / "models"
    again = loopsim.Simulation.restored(plan(rounds=24), state, models).run()
    for key, values in ran(rounds=24).state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)


def test_every_town_has_the_least_squares_of_its_own_rows(tmp_path):
    rng = np.random.default_rng(1)
    x = np.column_stack([rng.integers(0, 3, 200), rng.normal(size=(200, 5))])
    y, weights = rng.normal(size=200) + 3.0, rng.uniform(0.1, 2.0, 200)
    empty = of_world("TownsLeastSquares")()
    assert (empty.score(x) == 0.0).all()
    for w in (None, weights):
        model = empty.fit(x, y, w, 0)
        for town in range(3):
            mine = x[:, 0] == town
            theirs = LinearRegression().fit(x[mine, 1:], y[mine], None if w is None else w[mine])
            np.testing.assert_allclose(model.score(x[mine]), theirs.predict(x[mine, 1:]))
    model.save(tmp_path / "model")
    assert np.array_equal(empty.load(tmp_path / "model").score(x), model.score(x))
    (tmp_path / "other").write_bytes(b"no model")
    with pytest.raises(RunFolderError):
        empty.load(tmp_path / "other")


def test_a_town_without_rows_is_predicted_zero():
    x = np.column_stack([[0.0] * 20 + [2.0] * 20, np.eye(40)[:, :5]])
    model = of_world("TownsLeastSquares")().fit(x, np.ones(40), None, 0)
    x[:, 0] = np.repeat([0.0, 1.0, 2.0, 3.0], 10)
    np.testing.assert_allclose(model.score(x), np.repeat([1.0, 0.0, 1.0, 0.0], 10), atol=1e-9)


def test_a_short_run_checks_and_draws_everything(tmp_path, monkeypatch):
    names = of("checks").__globals__
    for name, value in (("ROUNDS", 64), ("TOWNS", 3)):
        monkeypatch.setitem(names, name, value)
    of("ran").cache_clear()
    found = of("checks")()
    of("draw")(tuple(found), tmp_path / "figure.png")
    of("ran").cache_clear()
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    assert [check.name for check in found] == [check["name"] for check in kept]
    assert all(np.isfinite(check.measured) for check in found)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_in_the_figures_kept_for_reference_nothing_is_missed():
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    assert [check["verdict"] for check in kept] == ["holds"] * len(kept)

"""Generators in a line: what a fit reads, what a sample is made of, and the closed forms."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import loopsim
from loopsim import registry
from loopsim.edges import LOOPS
from loopsim.errors import ScenarioError
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.testing.environments import check_environment

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "model_collapse.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "model_collapse"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    registry.allow_code([of("WORLD")])
    return registry.load_code(of("WORLD"), name)


ARMS = list(of("ARMS"))
KINDS = {
    "NormalKind": ("normal", {}),
    "CategoryKind": ("uniform", {"categories": 4}),
    "KernelKind": ("normal", {}),
    "LinearKind": ("linear", {"inputs": 2}),
}


def plan(arm, rounds=6, replicates=5, **changes):
    small = {"environment.replicates": replicates, "model.replicates": replicates}
    return of("scenario")(arm, rounds=rounds, **small | changes)


def ran(arm, **changes):
    return loopsim.Simulation(plan(arm, **changes)).run()


def rows(replicates=6, n=40, inputs=0, law="normal", seed=0):
    """Features and labels as a log has them: rounds one after the other, not replicate by
    replicate."""
    rng = np.random.default_rng(seed)
    replicate = np.tile(np.arange(replicates), n)
    x = rng.normal(size=(replicate.size, inputs))
    y = rng.normal(size=replicate.size)
    if law == "uniform":
        y = rng.integers(0, 4, replicate.size) * 1.0
    return np.column_stack([replicate, rng.uniform(size=(replicate.size, 2)), x]), y


def built(name, replicates=6):
    more = KINDS[name][1]
    return of_world(name)(replicates=replicates, **more).build(Schema(("replicate", "u", "v")))


# -- what a fit reads ------------------------------------------------------------------------------


def test_a_fit_reads_the_last_generation_or_all_of_them():
    sims = {arm: loopsim.Simulation(plan(arm)) for arm in ("ML", "accumulate")}
    for arm, sim in sims.items():
        seen = []
        for _ in range(5):
            sim.step()
            seen.append(sim.cases.scores.reshape(5, -1))
        sim.step()
        read = seen[-1] if arm == "ML" else np.concatenate(seen, axis=1)
        learnt = sim.versions[-1].model.learnt
        np.testing.assert_allclose(learnt["mean"], read.mean(axis=1))
        np.testing.assert_allclose(learnt["variance"], read.var(axis=1))


def test_with_the_model_loop_cut_a_fit_reads_as_many_samples_of_the_law():
    sim = loopsim.Simulation(plan("ML", **{"loops.model": 0.0}))
    for _ in range(4):
        sim.step()
        natural = sim.outcomes.good.reshape(5, -1)
    sim.step()
    learnt = sim.versions[-1].model.learnt
    np.testing.assert_allclose(learnt["mean"], natural.mean(axis=1))
    np.testing.assert_allclose(learnt["variance"], natural.var(axis=1))


@pytest.mark.parametrize("arm", ARMS)
def test_where_nothing_is_learned_the_model_loop_closed_is_the_loop_cut_bit_for_bit(arm):
    rule = {"training.rule": {"kind": "never"}}
    closed, cut = (ran(arm, **rule, **{"loops.model": s}) for s in (1.0, 0.0))
    assert closed.metrics.frame().equals(cut.metrics.frame())
    learns = [ran(arm, **{"loops.model": s}) for s in (1.0, 0.0)]
    assert not learns[0].metrics.frame().equals(learns[1].metrics.frame())


@pytest.mark.parametrize("arm", ARMS)
def test_every_loop_half_closed_keeps_the_rows_of_each_replicate(arm):
    sim = ran(arm, **{f"loops.{loop}": 0.5 for loop in LOOPS})
    assert len(sim.versions) == 5
    sizes = [version.rows for version in sim.versions]
    grown = np.arange(1, 6) if "accumulate" in arm else np.ones(5)
    assert sizes == list(len(sim.cases) * grown)


@pytest.mark.parametrize("arm", ARMS)
def test_the_laws_own_samples_and_the_uniforms_depend_on_no_loop(arm):
    one, two = ran(arm), ran(arm, **{f"loops.{loop}": 0.0 for loop in LOOPS})
    assert np.array_equal(one.cases.features, two.cases.features)
    assert np.array_equal(one.outcomes.good, two.outcomes.good)


@pytest.mark.parametrize("arm", ARMS)
def test_a_replicate_more_moves_no_other(arm):
    few, more = ran(arm), ran(arm, replicates=6)
    assert np.array_equal(few.cases.scores, more.cases.scores[: len(few.cases)])


@pytest.mark.parametrize("arm", ["unbiased", "categories", "kernels", "linear, accumulate"])
def test_a_run_that_is_resumed_goes_on_with_the_same_bytes(arm, tmp_path):
    loopsim.run(plan(arm), out=tmp_path / "run")
    state = loopsim.Simulation(plan(arm)).run(3).state()
    again = loopsim.Simulation.restored(plan(arm), state, tmp_path / "run" / "models").run()
    for key, values in ran(arm).state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)


# -- what a sample is made of ----------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_samples_of_the_first_round_are_those_of_the_law(name):
    model, (law, more) = built(name, 1), KINDS[name]
    features, _ = rows(1, 40_000, more.get("inputs", 0))
    samples = model.score(features)
    if law == "uniform":
        counts = np.bincount(samples.astype(int), minlength=4)
        assert (np.abs(counts - 10_000) < 5 * np.sqrt(7500)).all()
        return
    noise = samples - features[:, 3:].sum(axis=1)
    assert abs(noise.mean()) < 5 / 200
    assert abs(noise.var() - 1) < 5 * np.sqrt(2) / 200


@pytest.mark.parametrize("unbiased", [False, True])
def test_a_normal_generator_has_its_rows_mean_and_variance(unbiased):
    x, y = rows()
    model = of_world("NormalKind")(replicates=6, unbiased=unbiased).build(None).fit(x, y, None, 0)
    for k in range(6):
        mine = x[:, 0] == k
        law = norm(y[mine].mean(), y[mine].std(ddof=int(unbiased)))
        np.testing.assert_allclose(model.score(x)[mine], law.ppf(x[mine, 1]))


def test_categories_come_as_often_as_in_the_rows_and_never_back():
    x, y = rows(law="uniform")
    y[x[:, 0] == 2] = np.where(y[x[:, 0] == 2] == 3, 1, y[x[:, 0] == 2])
    model = built("CategoryKind").fit(x, y, None, 0)
    for k in range(6):
        counts = np.bincount(y[x[:, 0] == k].astype(int), minlength=4)
        u = (np.arange(40) + 0.5) / 40
        features = np.column_stack([np.full(40, k), u, u])
        drawn = np.bincount(model.score(features).astype(int), minlength=4)
        assert np.array_equal(drawn, counts)
    assert model.learnt["shares"][2, 3] == 0.0


def test_a_kernel_sample_is_one_of_the_rows_and_h_noise():
    x, y = rows()
    model = built("KernelKind").fit(x, y, None, 0)
    for k in range(6):
        mine, n = x[:, 0] == k, np.arange(40)
        half = np.full(40, 0.5)
        features = np.column_stack([np.full(40, k), (n + 0.5) / 40, half])
        np.testing.assert_allclose(np.sort(model.score(features)), np.sort(y[mine]))
        features[:, 2] = norm.cdf(1.0)
        np.testing.assert_allclose(np.sort(model.score(features)), np.sort(y[mine]) + 0.5)


def test_a_linear_generator_has_the_least_squares_of_its_rows():
    x, y = rows(inputs=2)
    model = built("LinearKind").fit(x, y, None, 0)
    for k in range(6):
        mine = x[:, 0] == k
        best = np.linalg.lstsq(x[mine, 3:], y[mine], rcond=None)[0]
        expected = x[mine, 3:] @ best + norm.ppf(x[mine, 1])
        np.testing.assert_allclose(model.score(x)[mine], expected)


@pytest.mark.parametrize("name", KINDS)
def test_a_saved_generator_makes_the_same_samples(name, tmp_path):
    law, more = KINDS[name]
    x, y = rows(inputs=more.get("inputs", 0), law=law)
    empty = built(name)
    before = empty.score(x)
    model = empty.fit(x, y, None, 0)
    model.save(tmp_path / "model")
    assert np.array_equal(empty.load(tmp_path / "model").score(x), model.score(x))
    assert np.array_equal(empty.score(x), before)


def test_replicates_with_unequal_rows_allow_no_fit():
    x, y = rows()
    with pytest.raises(CannotFit, match="39 to 40 rows"):
        built("NormalKind").fit(x[1:], y[1:], None, 0)


def test_other_generators_than_the_world_has_lines_are_refused_before_anything_runs():
    with pytest.raises(ScenarioError, match=r"must be the 5 of environment.replicates"):
        plan("ML", **{"model.replicates": 4})
    with pytest.raises(ScenarioError, match=r"environment.inputs"):
        plan("linear, replace", **{"model.inputs": 3})


# -- closed forms ----------------------------------------------------------------------------------


def test_the_closed_forms_give_the_published_figures():
    assert [check.verdict for check in of("_published")()] == ["holds"] * 4


def test_the_fall_of_the_log_is_that_of_a_chi_square():
    """E log(χ²/(M − 1)) by quadrature."""
    from scipy.integrate import quad
    from scipy.stats import chi2

    for m in (5, 20):
        density = chi2(m - 1)
        found = quad(lambda v, d=density, m=m: np.log(v / (m - 1)) * d.pdf(v), 0, np.inf)[0]
        assert of("log_drift")(m) == pytest.approx(found, abs=1e-6)


def test_accumulating_leaves_what_the_sine_says():
    root = np.pi / np.sqrt(10)
    assert of("accumulating")(10, 100_000) == pytest.approx(np.sin(root) / root, abs=1e-5)


@pytest.mark.parametrize("arm", ["ML", "accumulate", "linear, replace", "linear, accumulate"])
def test_three_generations_follow_the_closed_form(arm):
    """Within 4 standard errors of the replicates."""
    values = of("spread")(ran(arm, rounds=4, replicates=2000).versions[-1].model.learnt)
    law = {
        "ML": of("shrinking")(20, 3),
        "accumulate": of("accumulating")(10, 3),
        "linear, replace": of("excess")(50, 10, 3, False),
        "linear, accumulate": of("excess")(50, 10, 3, True),
    }[arm]
    assert abs(values.mean() - law) < 4 * values.std(ddof=1) / np.sqrt(2000)


def test_the_dashboard_never_finds_an_error():
    assert np.nanmax(ran("ML").series.values("observed", "mae")) == 0.0


def test_a_short_run_checks_and_draws_everything(tmp_path, monkeypatch):
    names = of("checks").__globals__
    few = {"replicates": 20, "generations": 6}
    monkeypatch.setitem(names, "ARMS", {arm: parts | few for arm, parts in of("ARMS").items()})
    monkeypatch.setitem(names, "GENERATIONS", 6)
    of("ran").cache_clear()
    found = of("checks")()
    of("draw")(tuple(found), tmp_path / "figure.png")
    of("ran").cache_clear()
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    assert len(found) == len(kept)
    assert all(np.isfinite(check.measured) for check in found)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_in_the_figures_kept_for_reference_nothing_is_missed():
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    assert [check["verdict"] for check in kept] == ["holds"] * len(kept)


@pytest.mark.parametrize("law", [{}, {"law": "uniform"}, {"law": "linear", "inputs": 2}])
def test_the_world_keeps_to_the_interface(law):
    plan = {"kind": "collapse", "replicates": 10, "samples": 4, **law}
    check_environment(of_world("Collapse").model_validate(plan).build)

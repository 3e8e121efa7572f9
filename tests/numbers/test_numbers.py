"""Numbers on the same round as a yes or a no."""

import sys
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.errors import ScenarioError

sys.path.insert(0, str(Path(__file__).parent))
import performative  # noqa: F401


def plan(**sections):
    base = {
        "name": "numbers",
        "rounds": 12,
        "environment": {"kind": "performative"},
        "model": "mean",
        "policy": "report",
        "training": {
            "rule": {"kind": "every", "rounds": 1},
            "window": {"kind": "sliding", "rounds": 1},
            "history": {"rows": 0},
        },
    }
    return loopsim.Scenario.parse(base | sections)


@pytest.mark.parametrize("epsilon", [0.5, 0.9, -0.5])
def test_refitting_contracts_by_exactly_epsilon_a_round(epsilon):
    environment = {"kind": "performative", "epsilon": epsilon, "sigma": 0.0}
    sim = loopsim.Simulation(plan(environment=environment)).run()
    theta = sim.series.values("observed", "prediction")
    model = np.array([version.model.value for version in sim.versions])
    error = model - 10.0 / (1.0 - epsilon)
    np.testing.assert_allclose(error[1:] / error[:-1], epsilon, rtol=1e-9)
    assert np.isfinite(theta).all()


def test_above_one_it_diverges():
    environment = {"kind": "performative", "epsilon": 1.5}
    values = [
        v.model.value for v in loopsim.Simulation(plan(environment=environment)).run().versions
    ]
    assert values[-1] > 20 * values[3]


def test_the_dashboard_sees_what_the_prediction_made_and_truth_what_would_have_been():
    sim = loopsim.Simulation(plan()).run()
    bias = {ledger: sim.series.values(ledger, "bias")[-1] for ledger in ("observed", "true")}
    assert abs(bias["observed"]) < 0.1
    assert bias["true"] == pytest.approx(10.0, abs=0.3)


def test_with_the_outcome_loop_cut_predictions_move_nothing():
    sim = loopsim.Simulation(plan(loops={"outcome": "cut"})).run()
    assert sim.versions[-1].model.value == pytest.approx(10.0, abs=0.1)
    assert sim.series.values("true", "bias")[-1] == pytest.approx(0.0, abs=0.1)


def test_any_regressor_predicts(tmp_path):
    model = {"kind": "regressor", "use": "sklearn.linear_model.Ridge", "parameters": {"alpha": 2.0}}
    run = loopsim.run(plan(model=model), out=tmp_path / "run")
    assert run.feedback()["label"].mean() > 5
    state = loopsim.Simulation(plan(model=model)).run(5).state()
    again = loopsim.Simulation.restored(plan(model=model), state, tmp_path / "run" / "models").run()
    straight = loopsim.Simulation(plan(model=model)).run()
    for key, values in straight.state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)


def test_a_part_for_a_yes_or_a_no_is_a_fault():
    with pytest.raises(ScenarioError, match=r"policy.*numbers: report"):
        plan(policy={"kind": "threshold", "at": 0.5})


def test_summary_is_that_of_numpy():
    from loopsim.monitoring.values import summary, sums

    rng = np.random.default_rng(0)
    y, p, g = rng.normal(size=200), rng.normal(size=200), rng.integers(0, 2, 200).astype(np.int8)
    found = summary(sums(p, y, g, 2))
    assert found["mae"][0] == pytest.approx(np.abs(p - y).mean())
    mine = g == 1
    assert found["rmse"][2] == pytest.approx(np.sqrt(((p - y)[mine] ** 2).mean()))
    assert found["r2"][2] == pytest.approx(1 - ((p - y)[mine] ** 2).mean() / y[mine].var())

"""All monitors in a run: taken up again they read the same; what is no matrix is left alone."""

import numpy as np
import pytest
from shown import cases

import loopsim
from loopsim.features import Schema
from loopsim.registry import BUILT_IN, find

SMALL = {"mmd": {"sample": 60}, "wasserstein": {"sample": 60}, "kswin": {"sample": 10}}
WATCHED = [{"kind": k, **SMALL.get(k, {})} for k in BUILT_IN["monitor"] if k != "new-category"]


def plan():
    return loopsim.Scenario.parse({
        "name": "watched", "rounds": 9,
        "environment": {
            "kind": "lending", "people": 600, "population": {"kind": "synthetic", "features": 3},
        },
        "training": {"rule": {"kind": "every", "rounds": 4}, "history": {"rows": 400}},
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
        "monitors": [*WATCHED, {"kind": "psi", "name": "usual", "against": "fitted"}],
        "shocks": [{"at": 5, "set": "environment.economy", "to": -2.0}],
    })  # fmt: skip


def test_a_run_taken_up_again_reads_the_same_figures(tmp_path):
    whole = loopsim.run(plan(), out=tmp_path / "run")
    state = loopsim.Simulation(plan()).run(6).state()
    again = loopsim.Simulation.restored(plan(), state, tmp_path / "run" / "models").run()
    assert again.events == whole.events().to_dict("records")
    for name in again.series.names("observed"):
        np.testing.assert_array_equal(
            again.series.values("observed", name), whole.metric("observed", name), err_msg=name
        )


SLATES = ["missing", "range", "ks", "psi", "mmd", "confidence", "cbpe", "dle", "adwin", "subgroups"]


@pytest.mark.parametrize("kind", SLATES)
def test_features_that_are_no_matrix_are_left_alone(kind):
    monitor = find("monitor", kind).model_validate({"kind": kind}).build(Schema(("user", "item")))
    for t in range(3):
        shown = cases(t, np.zeros((80, 2)), np.linspace(0.0, 1.0, 80))
        shown.features = object()
        values = monitor.read(t).values
        monitor.see_cases(t, shown)
    alone = kind in ("confidence", "adwin", "subgroups")
    assert alone or all(np.isnan(value) for value in values.values())

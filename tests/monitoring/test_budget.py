"""In a lending world in which nothing happens, alarms stay within the stated budget."""

import math

import pytest

import loopsim
from loopsim.monitoring.detection import false_alarms

ROUNDS, BUDGET = 80, 5.0
KINDS = ("ks", "psi", "jensen-shannon", "wasserstein", "confidence")
DRIFT = [
    {"kind": kind, "against": against, "name": f"{kind}.{against}", "sample": 200}
    for kind in KINDS
    for against in ("start", "trailing")
]
OTHERS = [
    {"kind": "ks", "of": "labels"},
    {"kind": "mmd", "sample": 100},
]


@pytest.fixture(scope="module")
def found():
    monitors = [{**m, "budget": BUDGET, "least": 0.0} for m in DRIFT]
    monitors += [{**m, "budget": BUDGET} for m in OTHERS]
    scenario = loopsim.Scenario.parse({
        "name": "nothing-happens",
        "rounds": ROUNDS,
        "seed": 4,
        "environment": {
            "kind": "lending", "people": 1000, "population": {"kind": "synthetic", "features": 4},
        },
        "loops": {"feature": "cut", "sampling": "cut"},
        "training": {"rule": "never", "history": {"rows": 500}},
        "monitors": monitors,
    })  # fmt: skip
    sim = loopsim.Simulation(scenario).run()
    return {row.monitor: row for row in false_alarms(sim.events, scenario)}


NAMES = [m.get("name", "ks.labels" if "of" in m else m["kind"]) for m in DRIFT + OTHERS]


@pytest.mark.parametrize("name", NAMES)
def test_false_alarms_stay_within_the_budget(found, name):
    allowed = BUDGET * ROUNDS / 100.0
    assert found[name].rounds == ROUNDS
    assert found[name].alarms <= allowed + 3.0 * math.sqrt(allowed)

"""The how-to's world: short, on the public interface, and what the page says of it is so."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.testing.environments import check_environment

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "experiments" / "worlds" / "admission.py"
PLAN = {
    "name": "admission",
    "rounds": 12,
    "environment": {
        "kind": "file",
        "path": str(WORLD),
        "name": "Admission",
        "parameters": {"students": 1500},
    },
    "policy": {"kind": "threshold", "at": 0.6},
    "training": {
        "rule": {"kind": "every", "rounds": 2},
        "window": {"kind": "sliding", "rounds": 4},
        "history": {"rows": 1000},
    },
}


@pytest.fixture(autouse=True)
def allowed():
    registry.allow_code([WORLD])


def build(strengths, **parameters):
    world = registry.load_code(WORLD, "Admission")(**{"students": 200} | parameters)
    world.edges = world.edges.with_strengths(strengths)
    return world


def run(**changes):
    return loopsim.Simulation(loopsim.Scenario.parse(PLAN, changes)).run()


def test_it_takes_less_than_120_lines_and_the_page_shows_them_all():
    text = WORLD.read_text()
    assert text.count("\n") < 120
    assert f"```python\n{text}```" in (ROOT / "docs" / "howto_own_world.md").read_text()


def test_it_keeps_to_the_interface():
    check_environment(build)


def test_coached_students_stand_just_above_the_cutoff_and_no_score_ever_falls():
    sim = loopsim.Simulation(loopsim.Scenario.parse(PLAN)).run(1)
    cutoff = float(sim.people.world["cutoff"])
    lowest = sim.cases.features[sim.cases.actions == 1, 0].min()
    assert cutoff == lowest
    sim.step()
    cases = sim.cases
    lift = cases.features[:, 0] - sim.world.honest(sim.people, cases.rows, sim.draws, 1)
    coached = lift > 0
    assert coached.any()
    np.testing.assert_allclose(cases.features[coached, 0], cutoff + 0.1)
    assert (lift >= 0).all()
    assert (lift <= sim.world.reach[cases.group] + 1e-12).all()


def test_without_reach_the_feature_loop_is_the_same_loop_cut():
    parameters = {"environment.parameters": {"students": 1500, "reach": [0.0, 0.0]}}
    one, two = run(**parameters), run(**parameters, **{"loops.feature": 0})
    assert one.series.frame().equals(two.series.frame())


def test_coaching_moves_the_cutoff_up_and_parts_groups_that_are_alike():
    closed, cut = run(), run(**{"loops.feature": 0})
    for sim in (closed, cut):
        assert sim.series.values("true", "gap.approval")[0] < 0.1
    cutoff, gap = (
        [sim.series.values("true", name)[-4:].mean() for sim in (closed, cut)]
        for name in ("cutoff", "gap.approval")
    )
    assert cutoff[0] > cutoff[1] + 0.2
    assert gap[0] > gap[1] + 0.2

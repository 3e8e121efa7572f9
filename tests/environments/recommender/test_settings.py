import pytest

import loopsim
from loopsim.environments.recommender.attention import attention
from loopsim.environments.recommender.mechanisms import Position
from loopsim.errors import ScenarioError


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"environment.no_repeat": 30}, "environment.no_repeat.*30 are more than the 20"),
        (
            {"environment.population": {"kind": "synthetic-tastes", "items": 12}},
            "environment.population.*items = 12: a slate and no_repeat need 14 items",
        ),
        (
            {"environment.new_items": 1, "environment.lifetime": 5},
            "environment.lifetime.*= 5: a slate and no_repeat need 14",
        ),
        (
            {"training.history": {"rows": 100, "rounds": 0}},
            "training.history.rounds.*random slates",
        ),
        ({"environment.population": "transunion-2003"}, "allowed are synthetic-tastes"),
        ({"environment.drift": {"rate": 2}}, "environment.drift.rate"),
        ({"policy": {"kind": "threshold", "at": 0.5}}, "policy.*slates of items"),
        (
            {"shocks": [{"at": 2, "set": "environment.users", "to": 5, "why": "x"}]},
            "environment.users",
        ),
    ],
)
def test_what_cannot_work_is_told_before_anything_runs(plan, changes, said):
    with pytest.raises(ScenarioError, match=f"(?s){said}"):
        plan(**changes)


def test_a_shock_changes_the_clickbait_that_pays(plan, run):
    shock = {"at": 3, "set": "environment.clickbait.lure", "to": 4.0, "why": "a new design"}
    calm, shaken = (
        run(plan(**{"environment.clickbait.mean": 0.5})),
        run(plan(**{"environment.clickbait.mean": 0.5, "shocks": [shock]})),
    )
    left, right = (sim.series.values("true", "clickbait") for sim in (calm, shaken))
    assert (left[:3] == right[:3]).all() and right[3] > left[3]


@pytest.mark.parametrize(
    ("law", "rate", "third"),
    [
        ("rank", 0.8, 3**-0.8),
        ("exponential", 0.1, 0.818731),
        ("geometric", 0.9, 0.81),
        ("none", 1, 1),
    ],
)
def test_attention_by_place_is_1_at_the_top_and_falls_by_the_law(law, rate, third):
    made = attention(Position(law=law, rate=rate), 10)
    assert made[0] == 1.0 and made[2] == pytest.approx(third, abs=1e-6)
    assert (made[1:] <= made[:-1]).all()


def test_the_world_is_made_with_nothing_but_its_name():
    scenario = loopsim.Scenario.parse(
        {
            "name": "plain",
            "rounds": 2,
            "environment": "recommender",
            "model": "popularity",
            "policy": "top-k",
            "training": {"history": {"rounds": 1}},
        }
    )
    assert loopsim.Simulation(scenario).run().decisions > 500

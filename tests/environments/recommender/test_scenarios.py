"""Each scenario teaches what its comment says: here on fewer users and rounds, as signs."""

from functools import cache
from pathlib import Path

import pytest

import loopsim

FOLDER = Path(__file__).parents[3] / "scenarios" / "recommender"
RANDOM = {"policy": {"kind": "random-slates", "k": 10}}


@cache
def ended(name, *cut, random=False, rounds=30):
    """The means of the last ten rounds, by metric and group."""
    plan = loopsim.Scenario.load(FOLDER / f"{name}.yaml", {"environment.users": 1200})
    plan = plan.replace(rounds=rounds, **{"log.level": "off"}, **(RANDOM if random else {}))
    frame = loopsim.Simulation(plan.cut(*cut)).run().series.frame()
    late = frame[(frame["ledger"] == "true") & (frame["round"] >= rounds - 10)]
    return late.groupby(["metric", "group"])["value"].mean()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_scenario_runs(file):
    small = {"environment.users": 100, "environment.visits": 0.9, "shocks": []}
    plan = loopsim.Scenario.load(file, small)
    sim = loopsim.Simulation(plan.replace(rounds=4)).run()
    assert sim.decisions > 200 and len(sim.versions) >= 1


def test_one_list_for_all_suits_the_majority():
    shown = ended("popularity_bias")["shown_utility"]
    assert shown["majority"] > 1.1 * shown["minority"]
    even = ended("popularity_bias", random=True)
    assert (
        ended("popularity_bias")["consumption_gini", "all"] > even["consumption_gini", "all"] + 0.2
    )


def test_what_the_place_earns_is_mistaken_for_what_the_item_is_worth():
    closed, cut = ended("position_bias"), ended("position_bias", "outcome")
    assert closed["slate_regret", "all"] > cut["slate_regret", "all"] + 0.01


def test_tastes_narrow_and_clicks_rise_where_tastes_drift():
    closed, cut = ended("echo_chamber"), ended("echo_chamber", "feature")
    assert closed["taste_entropy", "all"] < cut["taste_entropy", "all"] - 0.01
    assert closed["click_through", "all"] > cut["click_through", "all"]
    assert closed["drift", "all"] > ended("echo_chamber", random=True)["drift", "all"]


def test_clickbait_earns_clicks_and_costs_satisfaction_and_visits():
    learned, random = ended("clickbait"), ended("clickbait", random=True)
    assert learned["click_through", "all"] > 1.2 * random["click_through", "all"]
    assert learned["satisfaction", "all"] < random["satisfaction", "all"] - 0.05
    assert learned["visits", "all"] < 0.9 * random["visits", "all"]


def test_a_few_random_places_widen_what_is_known():
    plain, exploring = ended("popularity_bias"), ended("exploration")
    assert exploring["catalogue_coverage", "all"] > 3 * plain["catalogue_coverage", "all"]
    assert exploring["click_through", "all"] > 0.8 * plain["click_through", "all"]


def test_unknown_items_get_in_by_being_unknown():
    assert ended("cold_start")["new_exposure", "all"] > 1.5


def test_creators_narrow_what_they_make():
    closed, cut = ended("creators_adapt"), ended("creators_adapt", "feature")
    assert closed["creator_entropy", "all"] < cut["creator_entropy", "all"] - 0.05


def test_everybody_consumes_the_same_and_like_users_hardly_more():
    one_list, random = ended("homogenisation"), ended("homogenisation", random=True)
    assert one_list["jaccard", "all"] > random["jaccard", "all"] + 0.2
    ratio = [f["jaccard_neighbours", "all"] / f["jaccard", "all"] for f in (one_list, random)]
    assert ratio[0] < 1.5 < ratio[1]


def test_drifting_tastes_meet_their_like_and_one_list_for_all_joins_the_camps():
    closed, cut, random = (
        ended("echo_chamber"),
        ended("echo_chamber", "feature"),
        ended("echo_chamber", random=True),
    )
    echo = [found["echo_chamber", "all"] for found in (closed, cut, random)]
    assert echo[0] > echo[1] + 0.1 and echo[1] > echo[2] + 0.05
    alike = ended("homogenisation")
    assert abs(alike["echo_chamber", "all"]) < 0.1 and abs(alike["rwc", "all"]) < 0.05
    assert alike["jaccard_over_ideal", "all"] > 0.2
    assert ended("homogenisation", random=True)["jaccard_over_ideal", "all"] < 0.0


def test_personal_lists_differ_and_are_worth_more_to_the_majority():
    one, personal = ended("popularity_bias"), ended("personal_lists")
    assert personal["jaccard", "all"] < 0.7 * one["jaccard", "all"]
    shown = personal["shown_utility"]
    assert shown["majority"] > 1.4 * shown["minority"]


def test_what_others_also_clicked_reaches_more_items_and_concentrates_as_much():
    one, also = ended("popularity_bias"), ended("also_clicked")
    assert also["catalogue_coverage", "all"] > 4 * one["catalogue_coverage", "all"]
    assert abs(also["consumption_gini", "all"] - one["consumption_gini", "all"]) < 0.05


def test_optimism_costs_while_it_explores_and_the_groups_fare_alike():
    plan = loopsim.Scenario.load(FOLDER / "optimism.yaml", {"environment.users": 1200})
    plan = plan.replace(rounds=30, **{"log.level": "off", "model.alpha": 0.0})
    greedy = loopsim.Simulation(plan).run().series.values("true", "shown_utility")[-10:].mean()
    shown = ended("optimism")["shown_utility"]
    assert shown["all"] < greedy - 0.03
    assert shown["majority"] < 1.25 * shown["minority"]

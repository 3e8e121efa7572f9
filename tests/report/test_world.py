"""A world that says much of itself has a figure a topic."""

from pathlib import Path

import pytest

from loopsim.report import world
from loopsim.report.paths import Paths
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def paths():
    small = {"environment.users": 60, "environment.sample": 16, "rounds": 2}
    file = ROOT / "scenarios" / "recommender" / "popularity_bias.yaml"
    return Paths(Simulation(Scenario.load(file, small)).run().series.frame())


def test_each_figure_of_a_recommender_world_stands_in_one_topic(paths):
    first, *others = world.pictures(paths)
    assert first.panels == []
    shown = [panel.title for picture in others for panel in picture.panels]
    assert len(shown) == len(set(shown)) == len(world._names(paths))
    assert [picture.name for picture in others] == [topic.name for topic in world.TOPICS]
    assert max(len(picture.panels) for picture in others) <= world.FEW


def test_groups_are_named_only_where_they_are_drawn(paths):
    _, users, tastes, catalogue = world.pictures(paths)
    assert list(users.legend) == list(tastes.legend) == ["majority", "minority"]
    assert catalogue.legend == {}


def test_what_has_no_topic_has_a_figure_of_its_own(paths, monkeypatch):
    monkeypatch.setattr(world, "TOPICS", world.TOPICS[1:])
    first, *_ = world.pictures(paths)
    assert {panel.title for panel in first.panels} >= {"visits", "satisfaction"}


def test_few_figures_stand_in_one_picture(paths, monkeypatch):
    monkeypatch.setattr(world, "FEW", 99)
    (only,) = world.pictures(paths)
    assert only.name == "world" and len(only.panels) == len(world._names(paths))

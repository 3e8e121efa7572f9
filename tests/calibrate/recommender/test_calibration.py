"""An interaction file becomes a world that runs, and a page that says how faithful it is."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.calibrate.recommender import calibrate
from loopsim.environments.recommender.tastes import Tastes
from loopsim.errors import DataError

DATA = Path(os.environ.get("LOOPSIM_DATA", Path(__file__).parents[4] / "shared" / "data"))
MOVIES = DATA / "ml-100k"
FILES = {
    "tastes.npz", "scenario.yaml", "faithfulness.html", "faithfulness.json", "held_out.png",
    "world.png", "attributes.png", "stars.png",
}  # fmt: skip
NAMES = {"user": "who", "item": "film", "time": "when"}


@pytest.fixture(scope="module")
def report(files, tmp_path_factory):
    ratings, films, people = files
    out = tmp_path_factory.mktemp("made") / "world"
    return calibrate(
        ratings, **NAMES, rating="stars", items=films, creator="studio", users=people,
        group="sex", factors=8, out=out,
    )  # fmt: skip


def test_the_folder_has_everything(report):
    assert set(os.listdir(report.folder)) == FILES
    assert os.listdir(report.folder.parent) == ["world"]


def test_tastes_have_users_items_groups_genres_and_makers(report):
    made = Tastes.load(report.folder / "tastes.npz")
    assert made.users.shape == (200, 8)
    assert list(made.groups) == ["f", "m"]
    assert list(made.attributes) == ["Comedy", "Drama", "Horror", "War"]
    assert set(made.item_attributes.sum(axis=1)) == {1.0, 2.0}
    assert len(np.unique(made.creator)) == 7
    assert made.popularity.sum() == pytest.approx(made.activity.sum(), rel=1e-4)


def test_the_law_finds_what_people_like_beyond_what_is_popular(report):
    held = report.faithfulness.held[0]
    assert held.law.auc > held.popularity.auc + 0.05
    assert held.law.recall_10 > held.popularity.recall_10 > held.random.recall_10
    assert held.random.auc == pytest.approx(0.5, abs=0.05)


def test_the_world_is_as_uneven_as_the_data(report):
    for beside in report.faithfulness.items[:2]:
        assert beside.world == pytest.approx(beside.data, abs=0.03)
    for beside in report.faithfulness.activity:
        assert beside.world == pytest.approx(beside.data, rel=0.2)


def test_as_many_stars_are_good_as_in_the_data(report):
    rates = {b.name: b for b in report.faithfulness.rates}
    good, held = rates["ratings of 4 or 5 stars"], report.faithfulness.held[0].stars
    assert good.world == pytest.approx(good.data, abs=0.05)
    assert held.gain > 0.03
    assert Tastes.load(report.folder / "tastes.npz").stars[0] > 0.1


def test_what_a_file_of_ratings_cannot_show_is_assumed_and_said(report):
    faith = report.faithfulness
    assert not faith.position_fitted
    assert not faith.intercept_fitted
    assert faith.rates[0].world == pytest.approx(0.3, abs=0.03)
    said = [text for well, text in faith.findings() if not well]
    assert sum(text.startswith("Assumed") for text in said) == 2


def test_the_scenario_runs_as_it_is(report):
    sim = loopsim.Simulation(loopsim.Scenario.load(report.scenario, {"rounds": 3})).run()
    assert sim.world.groups == ("f", "m")
    assert sim.decisions > 100


def test_the_page_is_one_file_with_every_claim(report):
    page = (report.folder / "faithfulness.html").read_text()
    assert page.count("data:image/png;base64,") == 4
    assert "http" not in page
    assert "ratings &amp; co.csv" in page
    assert f"{report.faithfulness.held[0].law.auc:.4f}" in page
    written = json.loads((report.folder / "faithfulness.json").read_text())
    assert written["held"][0]["law"]["auc"] == report.faithfulness.held[0].law.auc
    assert json.loads(json.dumps(report.to_dict()))["scenario"] == str(report.scenario)


def test_the_terminal_gets_figures_findings_and_the_next_command(report):
    lines = str(report).splitlines()
    assert lines[1].startswith("law")
    assert lines[-1] == f"next: loopsim run {report.scenario}"
    assert any(line.strip().startswith("title is no attribute") for line in lines)


def test_the_same_file_makes_the_same_world(report, files, tmp_path):
    ratings, films, people = files
    again = calibrate(
        ratings, **NAMES, rating="stars", items=films, creator="studio", users=people,
        group="sex", factors=8, out=tmp_path / "again",
    )  # fmt: skip
    made = [Tastes.load(folder / "tastes.npz") for folder in (report.folder, again.folder)]
    assert np.array_equal(made[0].users, made[1].users)
    assert np.array_equal(made[0].item_bias, made[1].item_bias)


def test_slates_show_attention_by_place_and_how_many_clicks_there_are(slates, tmp_path):
    file, attention = slates
    report = calibrate(
        file, **NAMES, click="clicked", position="place", factors=8, out=tmp_path / "world"
    )
    faith = report.faithfulness
    assert faith.position_fitted
    assert faith.intercept_fitted
    assert np.array(faith.position) == pytest.approx(attention, abs=0.12)
    assert faith.rates[1].world == pytest.approx(faith.rates[1].data, rel=0.2)
    assert faith.held[0].shown_auc > 0.7
    assert any("clusters" in note for note in report.notes)


def test_nothing_is_written_when_refused(files, tmp_path):
    ratings, films, _ = files
    with pytest.raises(DataError) as error:
        calibrate(
            ratings, user="whoo", item="film", time="when", rating="stars", click="stars",
            items=films, attributes=["genre"], factors=1, seed=-1, out=tmp_path / "new" / "world",
        )  # fmt: skip
    text = str(error.value)
    assert "user 'whoo': no such column" in text
    assert "did you mean 'who'?" in text
    assert "only one can be used" in text
    assert "factors = 1: must be a whole number from 2 to 256" in text
    assert "seed = -1" in text
    assert os.listdir(tmp_path) == []


def test_tables_that_do_not_fit_are_told_together(files, tmp_path):
    ratings, films, _ = files
    other = tmp_path / "other.csv"
    pd.read_csv(films).assign(film=lambda f: f["film"] + 5000).to_csv(other, index=False)
    with pytest.raises(DataError) as error:
        calibrate(ratings, **NAMES, items=other, users=films, group="sex", out=tmp_path / "world")
    assert "only 0 of the log's 60 items are in it" in str(error.value)
    assert "user 'who': no such column" in str(error.value)


@pytest.mark.skipif(not (MOVIES / "ratings.csv").is_file(), reason="no MovieLens 100K")
def test_movielens_becomes_a_world_as_uneven_as_it_is(tmp_path):
    report = calibrate(
        MOVIES / "ratings.csv", user="user_id", item="item_id", rating="rating", time="timestamp",
        items=MOVIES / "items.csv", users=MOVIES / "users.csv", group="gender",
        out=tmp_path / "world",
    )  # fmt: skip
    faith = report.faithfulness
    gini, top = faith.items[:2]
    assert gini.data == pytest.approx(0.629, abs=0.0005)
    assert top.data == pytest.approx(0.647, abs=0.0005)
    rates = {b.name: b for b in faith.rates}
    assert rates["mean stars"].data == pytest.approx(3.53, abs=0.005)
    good = rates["ratings of 4 or 5 stars"]
    assert good.world == pytest.approx(good.data, abs=0.05)
    assert faith.held[0].stars.law == pytest.approx(faith.held[0].stars.data, abs=0.05)
    assert gini.world == pytest.approx(gini.data, abs=0.02)
    assert top.world == pytest.approx(top.data, abs=0.02)
    assert [(g.group, g.users) for g in faith.groups] == [("F", 273), ("M", 670)]
    assert all(held.law.auc > held.popularity.auc + 0.02 for held in faith.held)
    assert len(Tastes.load(report.folder / "tastes.npz").attributes) == 19

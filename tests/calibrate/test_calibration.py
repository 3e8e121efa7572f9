"""A table becomes a world that runs, and a page that says how faithful it is."""

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.calibrate import lending
from loopsim.calibrate.scenario import scenario_text
from loopsim.calibrate.table import checked
from loopsim.environments.lending.rows import RowsSource
from loopsim.errors import DataError

DATA = Path(os.environ.get("LOOPSIM_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILES = {
    "people.parquet", "law.json", "scenario.yaml", "faithfulness.html", "faithfulness.json",
    "calibration.png", "law.png", "marginals.png",
}  # fmt: skip


@pytest.fixture(scope="module")
def file(people, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "people & co.csv"
    people.iloc[:4000].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def report(file, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "world"
    moves = {"repaid": {"income": 0.1}, "defaulted": {"income": -0.5}}
    return lending(file, label="default", bad=1, out=out, group="sex", moves=moves, hidden=0.4)


def test_the_folder_has_everything(report):
    assert set(os.listdir(report.folder)) == FILES
    assert os.listdir(report.folder.parent) == ["world"]


def test_the_written_law_is_the_fitted_one(report):
    source = RowsSource(report.folder / "people.parquet", report.folder / "law.json")
    assert source.law == report.law
    assert source.hidden == 0.4
    assert source.moves["defaulted"] == {"income": -0.5}
    made = json.loads((report.folder / "law.json").read_text())
    assert made["made_from"]["file"] == "people & co.csv"
    assert re.fullmatch("[0-9a-f]{64}", made["made_from"]["sha256"])


def test_the_scenario_runs_as_it_is(report):
    scenario = loopsim.Scenario.load(report.scenario, {"rounds": 3, "environment.people": 2000})
    assert scenario.environment.population.hidden == 0.4
    sim = loopsim.Simulation(scenario).run()
    assert sim.decisions > 800
    assert scenario.environment.moves["repaid"] == {"income": 0.1}


def test_the_example_of_moves_is_sound_when_uncommented(people, report, tmp_path):
    table = checked(people, "people.csv", "default", 1, "sex")
    text = scenario_text(table, report.law, "people.csv", 0, 0.7, {})
    assert "  # moves: {repaid:" in text
    world = shutil.copytree(report.folder, tmp_path / "world")
    (world / "scenario.yaml").write_text(text.replace("  # moves:", "  moves:"))
    moves = loopsim.Scenario.load(world / "scenario.yaml").environment.moves
    assert moves["repaid"]["income"] > 0 > moves["defaulted"]["income"]


def test_the_world_repays_as_the_data_do(report):
    faith = report.faithfulness
    assert {g.group for g in faith.groups} == {"f", "m"}
    for group in faith.groups:
        assert group.world == pytest.approx(group.data, abs=0.03)
    assert all(m.distance < 2 * m.chance for m in faith.marginals)
    assert faith.world_auc == pytest.approx(faith.law.auc, abs=0.03)
    assert faith.world_auc_hidden > faith.world_auc
    income = next(m for m in faith.marginals if m.feature == "income")
    assert income.missing_world == pytest.approx(income.missing_data, abs=0.01)


def test_the_page_is_one_file_with_every_claim(report):
    page = (report.folder / "faithfulness.html").read_text()
    assert page.count("data:image/png;base64,") == 3
    assert "http" not in page
    assert "people &amp; co.csv" in page
    assert f"{report.faithfulness.law.auc:.4f}" in page
    written = json.loads((report.folder / "faithfulness.json").read_text())
    assert written["law"]["auc"] == report.faithfulness.law.auc
    assert json.loads(json.dumps(report.to_dict()))["scenario"] == str(report.scenario)


def test_the_terminal_gets_figures_findings_and_the_next_command(report):
    lines = str(report).splitlines()
    assert lines[1].startswith("law")
    assert any("boosting on unseen rows" in line for line in lines)
    assert lines[-1] == f"next: loopsim run {report.scenario}"


def test_a_law_that_misses_interactions_is_said_to_be_worse_than_boosting(people, tmp_path):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=3000), rng.normal(size=3000)
    bad = rng.random(3000) < 1 / (1 + np.exp(-2.5 * np.sign(a * b)))
    path = tmp_path / "xor.csv"
    pd.DataFrame({"a": a, "b": b, "bad": bad}).to_csv(path, index=False)
    report = lending(path, label="bad", bad="True", out=tmp_path / "world")
    well, text = report.faithfulness.findings()[0]
    assert not well
    assert "behind boosting" in text
    assert "interactions" in text


def test_nothing_is_written_when_refused(file, tmp_path):
    with pytest.raises(DataError) as error:
        lending(file, label="defalt", bad=1, out=tmp_path / "new" / "world", hidden=9, seed=-1)
    text = str(error.value)
    assert "label 'defalt'" in text
    assert "hidden = 9: must be a number from 0 to 5" in text
    assert "seed = -1: must be a whole number from 0 up" in text
    assert os.listdir(tmp_path) == []


def test_a_missing_file_and_a_full_folder_are_told_together(tmp_path):
    (tmp_path / "a").write_text("1")
    with pytest.raises(DataError) as error:
        lending(tmp_path / "none.csv", label="default", bad=1, out=tmp_path)
    assert "none.csv: no such file" in str(error.value)
    assert "the folder is not empty" in str(error.value)


@pytest.mark.skipif(not (DATA / "uci_credit_card_default.csv.gz").is_file(), reason="no UCI data")
def test_the_credit_card_clients_become_a_world(tmp_path):
    clients = pd.read_csv(DATA / "uci_credit_card_default.csv.gz").iloc[::6]
    path = tmp_path / "clients.parquet"
    clients.to_parquet(path)
    report = lending(
        path, label="default_next_month", bad=1, group="sex", out=tmp_path / "world", by_group=True
    )
    faith = report.faithfulness
    assert faith.law.auc > 0.74
    assert faith.law.calibration_error < 0.03
    assert [g.group for g in faith.groups] == ["female", "male"]
    assert all(g.inside for g in faith.groups)
    assert all(m.distance < 2 * m.chance for m in faith.marginals)
    assert any(note.startswith("client_id") for note in report.notes)

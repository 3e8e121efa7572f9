"""Payments become a world that runs; those of the world itself give its parameters back."""

import json
import os
import re

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim import registry
from loopsim.calibrate.fraud import calibrate
from loopsim.calibrate.fraud.kinds import kinds_of, lasting
from loopsim.calibrate.fraud.transactions import Columns, checked
from loopsim.environments.fraud.rows import Cards, FraudRows
from loopsim.errors import DataError

NAMES = {
    "card": "card",
    "terminal": "shop",
    "amount": "amount",
    "time": "time",
    "label": "is_fraud",
}
FILES = {
    "cards.npz", "scenario.yaml", "faithfulness.html", "faithfulness.json", "payments.png",
    "frauds.png",
}  # fmt: skip


@pytest.fixture(scope="module")
def report(file, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "world"
    return calibrate(file, **NAMES, group="segment", out=out)


def test_the_folder_has_everything(report):
    assert set(os.listdir(report.folder)) == FILES
    assert os.listdir(report.folder.parent) == ["world"]


def test_the_parameters_of_the_world_come_back(report, truth):
    found = report.parameters
    assert found.large == pytest.approx(truth.large, rel=0.02)
    assert found.radius == pytest.approx(truth.radius, rel=0.1)
    assert found.skimmed_days == pytest.approx(truth.skimmed_days, rel=0.15)
    assert found.stolen_days == pytest.approx(truth.stolen_days, rel=0.15)
    assert found.skimmed == pytest.approx(truth.skimmed, rel=0.25)
    assert found.stolen == pytest.approx(truth.stolen, rel=0.25)
    assert found.notes == ()


def test_each_card_pays_as_much_and_as_often(report, made):
    table, people = made
    people = people.loc[table["card"].drop_duplicates()]
    for name, near in (("mean", 0.98), ("rate", 0.98)):
        found = getattr(report.parameters, name)
        assert np.corrcoef(found, people[name])[0, 1] > near
        assert found.mean() == pytest.approx(people[name].mean(), rel=0.02)
        assert found.std() == pytest.approx(people[name].std(), rel=0.05)


def test_frauds_are_told_apart_by_what_comes_again(made):
    table, _ = made
    first = table.sort_values(["time", "card"]).reset_index(drop=True)
    payments = checked(first, "x.csv", Columns(**NAMES), 1, []).payments
    kinds = kinds_of(payments)
    day = (first["time"].dt.normalize() - first["time"].min().normalize()).dt.days.to_numpy()
    seconds = (first["time"] - first["time"].dt.normalize()).dt.total_seconds().to_numpy()
    card = pd.factorize(first["card"])[0]
    true = first["kind"].to_numpy()[np.lexsort((seconds, card, day))][kinds.rows]
    for kind, least in ((1, 0.5), (2, 0.95), (3, 0.9)):
        right = (kinds.kind[true == kind] == kind).mean()
        assert right > least, (kind, right)


def test_an_episode_lasts_longer_than_its_frauds_span():
    rng = np.random.default_rng(0)
    entity = np.repeat(np.arange(400), 8)
    day = 30 + 7 * (entity % 5) + rng.integers(0, 10, entity.size)
    days, found = lasting(entity, day, 0, 200, 99.0)
    assert found == 400
    assert days == pytest.approx(10.0, abs=0.5)
    assert lasting(entity[:8], day[:8], 0, 200, 99.0) == (99.0, 1)
    assert lasting(entity[:0], day[:0], 0, 200, 99.0) == (99.0, 0)


def test_the_world_pays_and_is_defrauded_as_the_data_are(report):
    faith = report.faithfulness
    assert [text for well, text in faith.findings() if not well] == []
    for data, world in zip(faith.risk_data, faith.risk_world, strict=True):
        assert 0.8 < data.auc < 1.0
        assert world.auc == pytest.approx(data.auc, abs=0.04)


def test_the_scenario_runs_as_it_is(report, monkeypatch):
    monkeypatch.setattr(registry, "_added", dict(registry._added))
    registry.add("environment", FraudRows)
    scenario = loopsim.Scenario.load(report.scenario, {"rounds": 3, "training.history.rounds": 10})
    sim = loopsim.Simulation(scenario).run()
    assert sim.world.groups == ("firm", "person")
    assert sim.decisions == pytest.approx(3 * report.faithfulness.counts[0].data, rel=0.15)
    cards = Cards.load(report.folder / "cards.npz")
    assert np.array_equal(sim.people["rate"], cards.rate)


def test_the_page_is_one_file_with_every_claim(report):
    page = (report.folder / "faithfulness.html").read_text()
    assert page.count("data:image/png;base64,") == 2
    assert "http" not in page
    assert "payments &amp; co.csv" in page
    assert f"{report.faithfulness.risk_data[0].auc:.3f}" in page
    written = json.loads((report.folder / "faithfulness.json").read_text())
    assert written["parameters"]["radius"] == report.parameters.radius
    assert re.fullmatch("[0-9a-f]{64}", written["made_from"]["sha256"])
    assert json.loads(json.dumps(report.to_dict()))["scenario"] == str(report.scenario)


def test_the_terminal_gets_figures_findings_and_the_next_command(report):
    lines = str(report).splitlines()
    assert lines[1].startswith("payments a day")
    assert any(line.startswith("ok  Amounts") for line in lines)
    assert lines[-1] == f"next: loopsim run {report.scenario}"


def test_a_world_that_the_law_cannot_hold_is_said_to_be_one(made, tmp_path):
    table = made[0].drop(columns="kind").iloc[::10].copy()
    rng = np.random.default_rng(0)
    honest = table["is_fraud"] == 0
    table.loc[honest, "amount"] = rng.lognormal(2.0, 1.5, honest.sum()).round(2)
    table.loc[rng.random(len(table)) < 0.4, "shop"] = "the one big shop"
    path = tmp_path / "other.parquet"
    table.to_parquet(path)
    report = calibrate(path, **NAMES, out=tmp_path / "world")
    said = "\n".join(text for well, text in report.faithfulness.findings() if not well)
    assert "Amounts: more than 15% off" in said
    assert "a card's amounts spread" in said
    assert "terminal Gini" in said


def test_nothing_is_written_when_refused(file, tmp_path):
    with pytest.raises(DataError) as error:
        calibrate(
            file, card="crad", terminal="shop", amount="shop", time="segment", label="is_fraud",
            fraud="yes", group="segmnt", seed=-1, out=tmp_path / "new" / "world",
        )  # fmt: skip
    text = str(error.value)
    assert "card 'crad': no such column" in text
    assert "did you mean 'card'?" in text
    assert "amount 'shop', row 1" in text
    assert "must be a number of seconds or an ISO date" in text
    assert "fraud = 'yes': not a value of label 'is_fraud'" in text
    assert "group 'segmnt': no such column" in text
    assert "seed = -1" in text
    assert os.listdir(tmp_path) == []


def test_too_little_is_refused_with_what_is_needed(made, tmp_path):
    path = tmp_path / "few.csv"
    made[0].sort_values("time").iloc[:1500].to_csv(path, index=False)
    with pytest.raises(DataError) as error:
        calibrate(path, **NAMES, out=tmp_path / "world")
    assert "1,500 payments; at least 2,000 are needed" in str(error.value)
    assert "1 days; at least 21 are needed" in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate": np.array([1.0, 0.0])}, "rate: every number must be finite and > 0"),
        ({"group": np.array([0, 2])}, "group: must be an index of groups"),
        ({"mean": np.ones(3)}, "must have the same length"),
        ({"spread": np.ones(3)}, "must have the same length"),
        ({"spread": np.array([0.5, -1.0])}, "spread: every number must be finite and > 0"),
    ],
)
def test_cards_that_cannot_be_are_refused(change, said):
    good = {"mean": np.ones(2), "rate": np.ones(2), "group": np.zeros(2), "groups": np.array(["a"])}
    with pytest.raises(DataError, match=re.escape(said)):
        Cards(**{**good, **change})

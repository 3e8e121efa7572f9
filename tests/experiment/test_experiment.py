"""Experiments are found, checked against their bands, and a miss is a miss."""

import json
from pathlib import Path

import pytest

from loopsim.errors import InputError
from loopsim.experiment import Check, names, run

ROOT = Path(__file__).parents[2]


#: The published threshold is 678; the table's cells give 676.45. Shown as missed, not widened away.
KNOWN_MISSES = ["-10 EO white: threshold"]


def test_delayed_impact_misses_only_what_is_known_and_writes_its_figures(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert "delayed_impact" in names()
    result = run("delayed_impact", tmp_path)
    assert [row[0] for row in result.rows if row[4] != "holds"] == KNOWN_MISSES
    assert len(json.loads((tmp_path / "figures.json").read_text())["checks"]) == len(result.rows)
    assert (tmp_path / "figure.png").stat().st_size > 5000


def test_a_missed_band_says_by_how_much():
    assert Check("x", 1.5, 0.0, 1.0).verdict == "MISSED by 0.5"
    assert Check("x", float("nan"), 0.0, 1.0).verdict != "holds"


def test_an_unknown_experiment_names_the_nearest(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match="did you mean 'delayed_impact'"):
        run("delayed_impct")


def test_outside_the_repository_it_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        names()

"""The compliance page: what it says is what the run did."""

import json

import pytest
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.report import write
from loopsim.report.compliance import compliance
from loopsim.report.compliance_page import write as page
from loopsim.report.compliance_tables import tables

RULES = {
    "consent": {"white": 0.9, "black": 0.6, "hispanic": 0.8, "asian": 0.9},
    "retention": 5,
    "erasure": {"ask": 0.02, "refused": 0.1, "delay": 2, "law": "geometric", "deadline": 2},
    "objective": "true.profit - 0.1*observed.gap.approval",
    "limits": ["observed.approval >= 0.99", "observed.erasure.overdue <= 0", "cost.refits <= 0"],
}
BASE = {
    "name": "ruled",
    "rounds": 10,
    "environment": {"kind": "lending", "people": 600},
    "training": {"history": {"rows": 300}, "minimum": 20},
    "oversight": {"kind": "desk", "route": {"kind": "random", "share": 0.05}},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    plan = loopsim.Scenario.parse(BASE | {"governance": RULES})
    return loopsim.run(plan, out=tmp_path_factory.mktemp("run") / "ruled")


def test_the_figures_are_those_of_the_run(run):
    facts = compliance(run)
    erasure, events = facts["erasure"], run.events()
    asked = run.metric("observed", "erasure.asked").sum()
    assert erasure["asked"] == asked == erasure["done"] + erasure["waiting"]
    assert erasure["late"] > 0 and erasure["median"] >= 1 and erasure["longest"] > 2
    assert facts["retention"]["oldest"] == facts["retention"]["before"] == 4
    assert facts["consent"]["withheld"] == run.metric("observed", "consent.withheld").sum()
    assert facts["integrity"]["intact"] and facts["integrity"]["lines"] == len(events)
    assert [v["version"] for v in facts["versions"]] == list(run.versions()["version"])
    assert all(len(v["data"]) == 64 for v in facts["versions"])
    everybody, *groups = facts["groups"]
    assert everybody["decisions"] == len(run.predictions()) == sum(g["decisions"] for g in groups)
    assert facts["overrides"]["looks"] > 0


def test_breaches_are_those_of_the_events_and_the_truth_is_beside_them(run):
    first, overdue, refits = compliance(run)["limits"]
    observed, true = (run.metric(ledger, "approval") for ledger in ("observed", "true"))
    assert first["breaches"] == [t for t in range(10) if observed[t] < 0.99]
    assert first["true"] == (true < 0.99).sum()
    assert first["missed"] == ((true < 0.99) & ~(observed < 0.99)).sum()
    assert overdue["true"] is None and overdue["breaches"]
    assert len(refits["breaches"]) == 2


def test_terminal_page_and_json_say_the_same(run):
    told = CliRunner().invoke(app, ["compliance", str(run.folder), "--json"])
    assert told.exit_code == 0 and json.loads(told.output) == json.loads(
        json.dumps(compliance(run))
    )
    shown = CliRunner().invoke(app, ["compliance", str(run.folder)], env={"COLUMNS": "160"})
    text = (run.folder / "compliance.html").read_text()
    for table in tables(compliance(run)):
        assert table.title in shown.output and table.title in text
    assert "data:image/png;base64" in text and "nan" not in shown.output


def test_the_page_has_the_same_bytes_every_time(run):
    before = page(run, compliance(run)).read_bytes()
    assert page(run, compliance(run)).read_bytes() == before


def test_the_report_has_the_rules_figure_and_the_end_table_is_not_crowded(run):
    assert "The rules, and what they leave to learn from" in write(run.folder).read_text()
    shown = CliRunner().invoke(app, ["open", str(run.folder)])
    assert "erasure." not in shown.output and "consent." not in shown.output


def test_a_broken_record_is_said_to_be_broken(run):
    path = run.folder / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"no consent", b"of consent", 1))
    rows = dict(r for t in tables(compliance(run)) if "record" in t.title for r in t.rows)
    path.write_bytes(whole)
    assert rows["event log"].startswith("BROKEN at line")


def test_a_run_without_rules_and_one_without_groups_have_a_page_too(tmp_path):
    few = BASE | {"rounds": 3}
    free = loopsim.run(loopsim.Scenario.parse(few), out=tmp_path / "free")
    facts = compliance(free)
    assert facts["erasure"] is None and facts["limits"] == [] and page(free, facts).is_file()
    hidden = loopsim.Scenario.parse(few | {"governance": {"sensitive": ["group"]}})
    blind = loopsim.run(hidden, out=tmp_path / "blind")
    assert [row["group"] for row in compliance(blind)["groups"]] == ["all"]
    assert page(blind, compliance(blind)).is_file()
    assert CliRunner().invoke(app, ["audit", str(blind.folder)]).exit_code == 0

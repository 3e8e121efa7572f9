"""The lineage as a figure and as tables."""

import pytest

import loopsim
from loopsim.report import lineage, lineage_tables, write
from loopsim.runs.lineage import Lineage


def record(number, **facts):
    made = {
        "version": number,
        "model_of": number,
        "parent": number - 1 or None,
        "fitted": 3 * (number - 1),
        "live": 3 * (number - 1),
        "until": 3 * number,
        "reason": "every 3 rounds",
        "rows": 1200,
        "goes_on": False,
        "data": {"hash": "a" * 64, "rows": 1200, "first": 0, "last": 2, "by_version": {"1": 1200}},
        "model": {"kind": "logistic", "hash": "b" * 64},
        "gate": None,
    }
    return made | facts


@pytest.fixture
def found():
    versions = [record(1, data={"hash": "c" * 64, "rows": 9, "first": -1, "last": -1})]
    versions += [record(2), record(3, model_of=1, parent=2), record(4, until=None)]
    return Lineage(versions, [{"round": 4, "version": 2, "kind": "kept", "reason": "worse"}], None)


def test_the_same_lineage_gives_the_same_bytes(found, tmp_path):
    one = lineage.draw(found, 12, tmp_path / "one.png").read_bytes()
    assert lineage.draw(found, 12, tmp_path / "two.png").read_bytes() == one


def test_a_long_line_shows_the_newest(tmp_path):
    many = Lineage([record(n) for n in range(1, 60)], [], None)
    few = Lineage([record(n) for n in range(1, 20)], [], None)
    sizes = [lineage.draw(x, 180, tmp_path / f"{len(x)}.png").stat().st_size for x in (few, many)]
    assert sizes[1] < 3 * sizes[0]


def test_the_caption_says_what_is_special(found):
    assert "rollback" in lineage._more(found) and "canary" not in lineage._more(found)


def test_the_page_has_the_figure_where_there_is_a_line(lending, tmp_path):
    scenario = lending(**{"training.rule": {"kind": "every", "rounds": 2}})
    run = loopsim.run(scenario, out=tmp_path / "run")
    page = write(run.folder).read_text()
    assert lineage.TITLE in page and (run.folder / "figures" / "lineage.png").is_file()


def test_a_run_of_one_version_has_no_figure(lending, tmp_path):
    run = loopsim.run(lending(**{"training.rule": "never"}), out=tmp_path / "run")
    assert lineage.of(run, tmp_path) == {}
    assert lineage.TITLE not in write(run.folder).read_text()


def test_a_run_without_records_has_a_page_all_the_same(lending, tmp_path):
    run = loopsim.run(lending(), out=tmp_path / "run")
    for file in (run.folder / "models").glob("*.json"):
        file.unlink()
    assert lineage.TITLE not in write(run.folder).read_text()


def test_rounds_are_told_with_both_ends(found):
    rows = lineage_tables.versions(found.versions).rows
    assert rows[0][3] == "0–2" and rows[0][5] == "history"
    assert rows[1][5] == "0–2" and rows[-1][3] == "9–"
    assert rows[0][1] == "–" and rows[1][6] == "a" * 8

"""Experiments run, and are compared with what is committed of them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loopsim.cli import app
from loopsim.errors import InputError
from loopsim.experiment import Check, files, load, names, run
from loopsim.experiment.reference import committed, differences
from loopsim.experiment.together import Broken, longest, run_all

ROOT = Path(__file__).parents[2]
FILE = '''"""Is one {value}?"""
from pathlib import Path
from loopsim.experiment import Check
CLAIM, SOURCE, CAPTION, CONTROL = "One is {value}.", "Peano (1889)", "The file.", "None."
KIND, SEEDS = "{kind}", 1
def checks():
    return [Check("one", {value}, 0.5, 1.5), Check("two", 2.0, 0.0, 1.0)]
def draw(checks, path):
    Path(path).write_text("a figure")
'''

#: The published threshold is 678; the table's cells give 676.45. Shown as missed, not widened away.
KNOWN_MISSES = ["-10 EO white: threshold"]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A repository of two small experiments, one of them broken."""
    folder = tmp_path / "experiments"
    (folder / "pathologies").mkdir(parents=True)
    (folder / "first.py").write_text(FILE.format(value="1.0", kind="published"))
    (folder / "second.py").write_text(FILE.format(value="1 / 0", kind="sign"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words):
    return CliRunner().invoke(app, ["experiment", *words])


def test_delayed_impact_misses_only_what_is_known_and_is_as_committed(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert "delayed_impact" in names()
    result = run("delayed_impact", tmp_path)
    assert [check.name for check in result.checks if not check.holds] == KNOWN_MISSES
    assert result.differences == ()
    held = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(held["checks"]) == len(result.checks)
    assert (tmp_path / "figure.png").stat().st_size > 5000


@pytest.mark.parametrize(
    "name",
    sorted(path.parent.name for path in (ROOT / "results" / "reference").rglob("figures.json")),
)
def test_the_committed_texts_are_those_of_the_file(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    held = json.loads((files.REFERENCE / name / "figures.json").read_text(encoding="utf-8"))
    assert (held["claim"], held["source"]) == (load(name).claim, load(name).source)
    assert (files.REFERENCE / name / "figure.png").is_file()


def test_a_run_writes_what_is_committed_only_if_it_is_told_to(small):
    assert run("first").differences
    assert not files.REFERENCE.exists()
    run("first", write=True)
    assert committed("first").verdict == "1 of 2 hold, MISSED: two"
    assert committed("first").seconds is not None
    assert run("first").differences == ()
    with pytest.raises(InputError, match="only to results/reference"):
        run("first", small, write=True)


def test_figures_bands_and_names_are_compared_and_last_digits_are_not(small):
    run("first", write=True)
    same = Check("one", 1.0 + 1e-7, 0.5, 1.5), Check("two", 2.0, 0.0, 1.0)
    assert differences("first", same) == []
    other = Check("one", 1.01, 0.5, 1.6), Check("three", 2.0, 0.0, 1.0, interval=(1.0, 3.0))
    assert differences("first", other) == [
        "left out: two", "new: three", "one: measured was 1.0, is 1.01",
        "one: high was 1.5, is 1.6",
    ]  # fmt: skip


def test_a_bound_or_an_interval_that_appears_is_a_difference(small):
    run("first", write=True)
    other = Check("one", 1.0, 0.5, float("inf"), interval=(0.9, 1.1)), Check("two", 2.0, 0.0, 1.0)
    assert len(differences("first", other)) == 3


def test_all_run_side_by_side_and_one_that_breaks_does_not_end_the_others(small):
    told = []
    first, second = run_all(["first", "second"], workers=2, tell=told.append)
    assert first.verdict == "1 of 2 hold, MISSED: two"
    assert isinstance(second, Broken)
    assert "ZeroDivisionError" in second.error
    assert len(told) == 2


def test_the_longest_begin_first_and_before_them_those_of_which_nothing_is_known(small):
    for name, seconds in (("first", 3), ("second", 5)):
        folder = files.REFERENCE / name
        folder.mkdir(parents=True)
        (folder / "figures.json").write_text('{"checks": []}')
        (folder / "timing.json").write_text(f'{{"seconds": {seconds}}}')
    assert longest(["first", "second", "third"]) == ["third", "second", "first"]


def test_the_exit_status_says_whether_it_is_as_committed(small):
    assert typed("run", "first").exit_code == 6
    assert typed("run", "first", "--write").exit_code == 0
    done = typed("run", "first")
    assert (done.exit_code, "as committed" in done.output) == (0, True)
    assert "MISSED by 1" in done.output
    held = small / "results" / "reference" / "first" / "figures.json"
    held.write_text(held.read_text().replace('"measured": 1.0', '"measured": 0.9'))
    moved = typed("run", "first")
    assert (moved.exit_code, "was 0.9, is 1.0" in moved.output) == (6, True)


def test_a_file_of_ones_own_is_run_and_compared_with_nothing(small):
    (small / "mine.py").write_text(FILE.format(value="1.2", kind="published"))
    done = typed("run", "mine.py")
    assert (done.exit_code, "nothing to compare with" in done.output) == (0, True)
    with pytest.raises(InputError, match="only experiments by name"):
        run("mine.py", write=True)


def test_all_shows_one_table_and_chooses_by_kind_and_name(small):
    run("first", write=True)
    done = typed("all", "--kind", "published", "--workers", "1")
    assert done.exit_code == 0
    assert "1 of 2 checks hold" not in done.output  # of one experiment there are no totals
    both = typed("all", "--workers", "1")
    assert (both.exit_code, "1 of 2 checks hold; 1 of 2 experiments" in both.output) == (1, True)
    held = json.loads(typed("all", "--only", "first", "--json", "--workers", "1").stdout)
    assert [one["name"] for one in held["experiments"]] == ["first"]
    for words, told in ((("--only", "frst"), "'first'"), (("--kind", "sgn"), "'sign'")):
        with pytest.raises(InputError, match=f"did you mean {told}"):
            CliRunner().invoke(app, ["experiment", "all", *words], catch_exceptions=False)


def test_the_list_shows_what_is_committed(small):
    run("first", write=True)
    done = typed("list")
    assert "Is one 1.0?" in done.output
    assert "1 of 2 hold" in done.output
    assert "not committed" in done.output
    (held,) = json.loads(typed("list", "--kind", "published", "--json").stdout)
    assert held["verdict"] == "1 of 2 hold, MISSED: two"

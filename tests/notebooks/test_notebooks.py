"""The notebooks run from top to bottom, with solutions and without, and are what source/ makes."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted((ROOT / "source").glob("*.py"))
NOTEBOOKS = [*sorted(ROOT.glob("*.ipynb")), *sorted((ROOT / "solutions").glob("*.ipynb"))]


def ids(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("source", SOURCES, ids=ids)
def test_notebooks_are_what_their_source_makes(source):
    made = runpy.run_path(str(ROOT / "build.py"))["notebooks"](source)
    assert len(made) == 2
    for file, text in made.items():
        assert file.read_text(encoding="utf-8") == text, "run python notebooks/build.py"


def test_every_notebook_has_a_source():
    assert {path.stem for path in NOTEBOOKS} == {path.stem for path in SOURCES}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=ids)
def test_a_notebook_runs_from_top_to_bottom(notebook):
    command = [sys.executable, "-m", "jupyter", "execute", "--timeout=600", str(notebook)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]

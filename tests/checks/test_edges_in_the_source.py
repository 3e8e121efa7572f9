"""Five edges: each read in one place, and nobody else asks whether a loop is closed."""

import ast
from functools import cache
from pathlib import Path

import pytest

import loopsim

SOURCE = Path(loopsim.__file__).parent
#: They say afterwards what a run was, or check what a world is: none of it is part of a run.
TELL = ("report", "runs", "cli", "twins", "experiment", "studies", "calibrate", "testing")
RUN = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.relative_to(SOURCE).parts[0] not in TELL and path != SOURCE / "edges.py"
]


@cache
def attributes(path):
    """(attribute, what it is an attribute of) wherever one is named in a file."""
    nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)]
    return {(node.attr, getattr(node.value, "attr", "")) for node in nodes}


def readers(loop):
    return [
        path.relative_to(SOURCE).as_posix() for path in RUN if (loop, "edges") in attributes(path)
    ]


def test_what_makes_up_a_run_is_looked_at():
    assert {SOURCE / "step.py", SOURCE / "environments" / "lending" / "world.py"} <= set(RUN)


@pytest.mark.parametrize("path", RUN, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_asks_how_strong_a_loop_is(path):
    assert "strength" not in {name for name, _ in attributes(path)}


@pytest.mark.parametrize("loop", ["sampling", "outcome", "feature"])
def test_a_loop_of_the_world_is_read_in_one_file_of_each_environment(loop):
    folders = [file.split("/")[:2] for file in readers(loop)]
    assert ["environments", "lending"] in folders
    assert all(room == "environments" for room, _ in folders)
    assert len({name for _, name in folders}) == len(folders)


@pytest.mark.parametrize(
    ("loop", "file"), [("model", "retraining/fitting.py"), ("oversight", "step.py")]
)
def test_a_loop_outside_of_the_world_is_read_in_one_file(loop, file):
    assert readers(loop) == [file]

"""loopsim new: a scenario, or a world of your own, to start from."""

from __future__ import annotations

import keyword
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from loopsim.errors import InputError

TEMPLATE = """\
# {name}: change a line, then loopsim check {file} and loopsim run {file}
name: {name}
seed: 0
rounds: 60
environment:
  kind: lending            # loopsim list environment
  people: 20000
  population: {{kind: transunion-2003}}
loops: {{sampling: closed, outcome: closed, feature: closed, model: closed}}   # or cut, or 0 to 1
model: {{kind: logistic}}    # loopsim list model
policy: {{kind: break-even}} # loopsim list policy
labels:
  delay: {{kind: fixed, rounds: 3}}
training:
  rule: {{kind: every, rounds: 4}}
  window: {{kind: reservoir, rows: 50000}}
"""

FILES = ("world.py", "scenario.yaml", "check.py.txt")
WHAT = ("scenario", "environment")
NEXT = """\
wrote {world}, {scenario} and {test}
next:
  loopsim run {scenario} --code {world}
  loopsim cut {scenario} --code {world} --loop feature --seeds 8
  python -m pytest {test}
"""


def new(
    what: Annotated[
        str, typer.Argument(metavar="[scenario] FILE | environment NAME", show_default=False)
    ],
    name: Annotated[str | None, typer.Argument(hidden=True)] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="folder for an environment; default: here")
    ] = None,
) -> None:
    """Write something to start from: a commented scenario, or a world of your own.

    loopsim new my.yaml

    loopsim new environment my_world --out my_world

    An environment is a Python file with a small world that runs, a scenario for it and its test.
    """
    if what in WHAT and name is None:
        needs = "the file to write" if what == "scenario" else "a name"
        raise InputError(f"loopsim new {what}: needs {needs}, such as loopsim new {_example(what)}")
    if what == "environment":
        _environment(str(name), out or Path())
    elif out is not None:
        raise InputError(
            f"--out {out}: for an environment; a scenario is written where its path says"
        )
    elif what == "scenario" or name is None:
        _scenario(Path(name or what))
    else:
        raise InputError(f"loopsim new {what} {name}: must be one of {', '.join(WHAT)}")


def _example(what: str) -> str:
    return "scenario my.yaml" if what == "scenario" else "environment my_world"


def _scenario(file: Path) -> None:
    if file.exists():
        raise InputError(f"{file}: exists already; choose another name")
    if not file.parent.is_dir():
        raise InputError(f"{file.parent}: no such folder")
    file.write_text(TEMPLATE.format(name=file.stem, file=file), encoding="utf-8")
    print(f"wrote {file}")


def _environment(name: str, folder: Path) -> None:
    """The template's files under the new name; all of them or none."""
    _check(name)
    files = {
        "world": folder / f"{name}.py",
        "scenario": folder / "scenario.yaml",
        "test": folder / f"test_{name}.py",
    }
    there = [str(file) for file in files.values() if file.exists()]
    if there:
        raise InputError(f"{', '.join(there)}: exists already; choose another name or --out DIR")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder}: not a folder")
    _check_free(name)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in zip(files.values(), _texts(name), strict=True):
        file.write_text(text, encoding="utf-8")
    print(NEXT.format(**files), end="")


def _check(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        near = re.sub(r"\W+", "_", name).strip("_").lower()
        good = near if near.isidentifier() and not keyword.iskeyword(near) else "my_world"
        raise InputError(
            f"{name}: must be a Python name (letters, digits and _, no digit first, no word of "
            f"the language), such as {good}"
        )


def _check_free(name: str) -> None:
    """A file that hides another module would break what imports that."""
    if name in sys.stdlib_module_names or find_spec(name) is not None:
        raise InputError(
            f"{name}: a Python module has that name; choose another, such as my_{name}"
        )


def _texts(name: str) -> list[str]:
    """World, scenario and test, with the template's names exchanged."""
    source = Path(__file__).parents[1] / "environments" / "template"
    camel = "".join(part.capitalize() for part in name.split("_")) or "World"
    texts = [
        (source / file).read_text("utf-8") for file in ("world.py", "scenario.yaml", "check.py.txt")
    ]
    return [text.replace("Template", camel).replace("template", name) for text in texts]

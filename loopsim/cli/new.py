"""loopsim new: a scenario to start from."""

from __future__ import annotations

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


def new(file: Annotated[Path, typer.Argument(help="the YAML file to write")]) -> None:
    """Write a commented scenario to start from."""
    if file.exists():
        raise InputError(f"{file}: exists already; choose another name")
    if not file.parent.is_dir():
        raise InputError(f"{file.parent}: no such folder")
    file.write_text(TEMPLATE.format(name=file.stem, file=file), encoding="utf-8")
    print(f"wrote {file}")

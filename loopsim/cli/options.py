"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.errors import InputError

if TYPE_CHECKING:
    from loopsim.scenario import Scenario

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="a scenario's YAML file")]
Set = Annotated[
    list[str], typer.Option("--set", metavar="KEY=VALUE", help="override, as policy.explore=0.05")
]
Code = Annotated[
    list[Path], typer.Option("--code", metavar="FILE", help="a Python file that it may run")
]
Json = Annotated[bool, typer.Option("--json", help="end with one JSON object on standard output")]


Workers = Annotated[int | None, typer.Option(min=1, help="processes")]
PageFolder = Annotated[Path | None, typer.Option(metavar="DIR", help="folder for the page")]


def listed(text: str | None) -> list[str]:
    """The names in a list such as ``"a, b"``.

    >>> listed("a, b,"), listed(None)
    (['a', 'b'], [])
    """
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def load(file: Path, overrides: list[str], seed: int | None = None) -> Scenario:
    """The scenario of a file with ``--set`` and ``--seed`` applied."""
    from loopsim.scenario import Scenario

    values = dict(_pair(text) for text in overrides)
    if seed is not None:
        values["seed"] = seed
    return Scenario.load(file, values)


def _pair(text: str) -> tuple[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    key, equals, value = text.partition("=")
    if not (key and equals):
        raise InputError(f"--set {text}: must be KEY=VALUE, such as policy.explore=0.05")
    try:
        return key, YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        raise InputError(f"--set {text}: the value is not valid YAML") from None

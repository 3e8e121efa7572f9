"""loopsim list: the kinds that a scenario can name."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from loopsim import registry
from loopsim.cli.options import Json
from loopsim.errors import InputError


def list_kinds(
    slot: Annotated[str | None, typer.Argument(help="environment, model, policy, ...")] = None,
    as_json: Json = False,
) -> None:
    """List every kind of environment, population, model, policy, delay, rule and window."""
    if slot is not None and slot not in registry.SLOTS:
        raise InputError(f"no slot {slot!r}; {registry.there_are(registry.SLOTS, slot)}")
    slots = registry.SLOTS if slot is None else (slot,)
    table = {s: {name: _first_line(s, name) for name in registry.names(s)} for s in slots}
    if as_json:
        print(json.dumps(table))
        return
    for name, kinds in table.items():
        print(name)
        for kind, line in kinds.items():
            print(f"  {kind:<20} {line}")


def _first_line(slot: str, name: str) -> str:
    doc = registry.find(slot, name).__doc__ or ""
    return doc.strip().splitlines()[0] if doc.strip() else ""

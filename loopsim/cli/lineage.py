"""loopsim lineage: where the versions of a run came from, and what one decision depended on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from loopsim.cli.options import Json


def lineage(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")],
    version: Annotated[
        int | None, typer.Option(help="one version and its line of ancestors")
    ] = None,
    prediction: Annotated[
        int | None, typer.Option(metavar="ID", help="everything that one decision depended on")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show which rows, settings, gate and parent every model version of a run came from."""
    import loopsim
    from loopsim.errors import InputError

    if version is not None and prediction is not None:
        raise InputError("--version and --prediction: give one of them")
    found = loopsim.open(folder).lineage()
    if version is not None:
        facts: dict[str, Any] = {"version": version, "ancestors": found.ancestors(version)}
    elif prediction is not None:
        facts = found.prediction(prediction)
    else:
        facts = found.to_dict()
    if as_json:
        import json

        print(json.dumps(facts))
    else:
        _show(found, facts, version, prediction)


def _show(found: Any, facts: dict[str, Any], version: int | None, prediction: int | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from loopsim.report import lineage_tables as tables

    if version is not None:
        made = [tables.versions(facts["ancestors"]), tables.version(facts["ancestors"][0])]
    elif prediction is not None:
        made = tables.prediction(facts)
    else:
        made = [tables.versions(found.versions), *tables.refused(found.refused)]
    console = Console()
    for one in made:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=one.title,
                      title_justify="left", caption=one.note, caption_justify="left")  # fmt: skip
        for column in one.columns:
            table.add_column(column, overflow="fold", no_wrap=column in tables.NARROW)
        for row in one.rows:
            table.add_row(*row)
        console.print(table)

"""loopsim verify: is the event log as the run wrote it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json


def verify(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")],
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="the last hash, as you wrote it down")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the chain of hashes over a run's events; exit status 4 where it is broken."""
    import json

    from loopsim.runs import chain
    from loopsim.runs.folder import Folder

    if as_json:
        found = chain.verify(Folder(folder), head)
        print(json.dumps(found.to_dict()))
        raise typer.Exit(0 if found.intact else 4)
    found = chain.demand(Folder(folder), head)
    print(f"{folder}: intact, {found.lines} events, head {found.head}")

"""loopsim open: what a run folder holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json


def open_run(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")],
    as_json: Json = False,
) -> None:
    """Show a run's final figures, finished or not; executes nothing from it."""
    import loopsim

    run = loopsim.open(folder)
    if as_json:
        print(json.dumps(run.summary()))
    else:
        from loopsim.cli.table import show

        show(run)

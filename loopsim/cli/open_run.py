"""loopsim open: what a run folder holds."""

from __future__ import annotations

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
    from loopsim.cli.table import end

    end(run, as_json)

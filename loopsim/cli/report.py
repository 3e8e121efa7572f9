"""loopsim report: the page of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")]) -> None:
    """Write report.html and its figures anew from a run folder."""
    from loopsim.report import write

    print(write(folder))

"""loopsim calibrate: fit a world to your own data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

calibrate = typer.Typer(help="Fit a world to your own data.")


@calibrate.callback()
def _verbs() -> None:
    """Fit a world to your own data."""


@calibrate.command("lending")
def lending(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet, a row a person")],
    label: Annotated[str, typer.Option(help="column of the outcome")],
    bad: Annotated[str, typer.Option(help="its value for a default")],
    out: Annotated[Path, typer.Option(help="new folder for the world")],
    group: Annotated[str | None, typer.Option(help="column of the group")] = None,
    features: Annotated[str | None, typer.Option(help="columns, comma-separated")] = None,
) -> None:
    """Fit the lending world to rows: people, a law, a scenario, a page on faithfulness."""
    from loopsim.calibrate import lending as fit

    names = None if features is None else [name.strip() for name in features.split(",")]
    print(fit(file, label=label, bad=bad, group=group, features=names, out=out))

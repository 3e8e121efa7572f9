"""loopsim experiment: published results, each one command."""

from __future__ import annotations

from typing import Annotated

import typer

experiment = typer.Typer(help="List and run the experiments: published claims with their bands.")


@experiment.command("list")
def list_experiments() -> None:
    """List the experiments of this repository."""
    from loopsim.experiment import names

    for name in names():
        print(name)


@experiment.command("run")
def run_experiment(
    name: Annotated[str, typer.Argument(help="see loopsim experiment list")],
) -> None:
    """Run one experiment and compare its figures with the published bands."""
    from loopsim.experiment import run

    result = run(name)
    for row in result.rows:
        print(f"  {row[0]:<44} {row[1]:10.4f}  [{row[2]:.4f}, {row[3]:.4f}]  {row[4]}")

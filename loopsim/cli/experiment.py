"""loopsim experiment: published results and pathologies, each one command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from loopsim.cli.options import Json, Workers, listed

if TYPE_CHECKING:
    from loopsim.experiment import Result
    from loopsim.experiment.together import Broken

experiment = typer.Typer(
    help="List and run the experiments: claims with their bands. Exit status 6: not as committed."
)
OTHER = 6  # exit status: figures are not those that are committed

Kind = Annotated[str | None, typer.Option(help="only these: published, sign, pathology")]
Write = Annotated[bool, typer.Option("--write", help="replace what results/reference has")]


@experiment.command("list")
def list_experiments(kind: Kind = None, as_json: Json = False) -> None:
    """What there is: kind, question, verdict and wall time as committed."""
    from loopsim.cli import experiment_table as table
    from loopsim.experiment import load
    from loopsim.experiment.reference import committed

    found = [(load(name), committed(name)) for name in _chosen(kind, None)]
    if as_json:
        print(json.dumps([table.plain(one, held) for one, held in found]))
    else:
        table.show_list(found)


@experiment.command("run")
def run_experiment(
    name: Annotated[str, typer.Argument(help="see loopsim experiment list; or a file of yours")],
    write: Write = False,
    as_json: Json = False,
) -> None:
    """Run one, hold its figures to their bands and compare them with what is committed.

    Its figure and figures.json go to results/runs/experiments/NAME; with --write to
    results/reference/NAME.
    """
    from loopsim.experiment import load, run

    claim = load(name).claim
    _end([run(name, write=write)], as_json, claim, write)


@experiment.command("all")
def run_all_experiments(
    kind: Kind = None,
    only: Annotated[str | None, typer.Option(metavar="NAMES", help="some, as 'a, b'")] = None,
    write: Write = False,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Run all (or some) side by side: one table of claims, figures, bands, verdicts and times."""
    from time import perf_counter

    from loopsim.cli import experiment_table as table
    from loopsim.experiment.together import run_all

    start = perf_counter()
    done = run_all(_chosen(kind, only), workers, write, table.tell)
    _end(done, as_json, "", write, perf_counter() - start)


def _chosen(kind: str | None, only: str | None) -> list[str]:
    """The names that are meant; an unknown one is a fault."""
    from loopsim.errors import InputError
    from loopsim.experiment import load, names
    from loopsim.experiment.form import KINDS
    from loopsim.registry import there_are

    known, asked, kinds = names(), listed(only), listed(kind)
    for what, given, allowed in (("experiment", asked, known), ("kind", kinds, KINDS)):
        for name in given:
            if name not in allowed:
                raise InputError(f"no {what} {name!r}; {there_are(allowed, name)}")
    chosen = [name for name in known if not asked or name in asked]
    return [name for name in chosen if not kinds or load(name).kind in kinds]


def _end(
    done: list[Result | Broken], as_json: bool, claim: str, write: bool, seconds: float = 0.0
) -> None:
    """Tables and totals, or one JSON object; the exit status."""
    from loopsim.cli import experiment_table as table

    if as_json:
        print(json.dumps({"experiments": [table.of_run(one) for one in done]}))
    else:
        table.show(done, claim, seconds)
    if not write and any(table.differs(one) for one in done):
        raise typer.Exit(OTHER)
    if any(table.broken(one) for one in done):
        raise typer.Exit(1)

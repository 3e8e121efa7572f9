"""loopsim compare: which policy wins, by how much, at what cost, and under stress?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.options import Code, Json, Set, Workers, load

if TYPE_CHECKING:
    from loopsim.studies.compare import Comparison

Arms = Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="two scenarios or more")]


def compare(
    scenarios: Arms,
    objective: Annotated[
        str | None, typer.Option(help="a mix, as 'true.profit - 0.5*true.gap.approval'")
    ] = None,
    seeds: Annotated[int, typer.Option(min=2, help="runs of each, in pairs")] = 20,
    stress: Annotated[
        list[str], typer.Option(metavar="NAME: KEY=VALUE,...", help="a variant, or a YAML file")
    ] = [],  # noqa: B006
    metric: Annotated[list[str], typer.Option(help="a figure to show beside it")] = [],  # noqa: B006
    last: Annotated[int | None, typer.Option(min=1, help="count only so many last rounds")] = None,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="folder of page, figure and table")] = None,
    as_json: Json = False,
) -> None:
    """Compare scenarios on an objective over paired seeds: who wins, or that it cannot be told."""
    from loopsim.studies.compare import stress as variants

    asked = variants.read(stress)
    arms = [load(file, set) for file in scenarios]
    from loopsim.report.compare import write
    from loopsim.studies.compare import compare as run

    with engine(workers, cluster, study) as chosen:
        result = run(arms, objective, seeds, asked, metric, last, None, code, engine=chosen)
    place = out or Path("results") / "runs" / f"compare-{'-'.join(result.arms)}"
    page = write(result, place, _typed(scenarios, result, stress, set))
    if as_json:
        print(json.dumps(result.to_dict() | {"page": str(page)}))
    else:
        show(result, page)


def show(result: Comparison, page: Path) -> None:
    """The verdict, the figures and the costs."""
    from rich.console import Console

    from loopsim.report.compare import costs, figures

    console = Console()
    names, rows = figures(result)
    used, totals = costs(result)
    console.print(
        f"{result.objective}: means of {result.rounds} rounds, {len(result.seeds)} paired seeds",
        soft_wrap=True, highlight=False, markup=False,
    )  # fmt: skip
    console.print(_table(["condition", "arm", *names], [[c, a, *cells] for c, a, cells in rows]))
    console.print(
        f"{_count(result)}\n{_pairs(result)}", soft_wrap=True, highlight=False, markup=False
    )
    console.print(_table(["costs of a run", *used], [[arm, *cells] for arm, cells in totals]))
    console.print(result.verdict.text, soft_wrap=True, highlight=False, markup=False)
    console.print(f"page: {page}", soft_wrap=True, highlight=False, markup=False)


def _count(result: Comparison) -> str:
    n = len(result.pairs)
    return f"differences, 95%; p corrected for {n} comparison{'s' if n > 1 else ''} (Holm)"


def _pairs(result: Comparison) -> str:
    """A line a pair: tables are too narrow for two intervals."""
    from loopsim.report.compare import number

    rows = result.pairs.to_dict("records")
    arms = [f"{row['arm']} − {row['rival']}" for row in rows]
    wide = max(map(len, arms)), max(len(str(row["condition"])) for row in rows)
    lines = []
    for name, row in zip(arms, rows, strict=True):
        effect, *ends = (
            number(row[part], sign=True) for part in ("effect", "low", "high", "b_low", "b_high")
        )
        lines.append(
            f"  {row['condition']:<{wide[1]}}  {name:<{wide[0]}}  {effect:>10}  "
            f"[{ends[0]}, {ends[1]}] bootstrap [{ends[2]}, {ends[3]}]  p {row['p_holm']:.2g}"
        )
    return "\n".join(lines)


def _table(head: list[str], rows: list[list[str]]) -> object:
    from rich.table import Table

    table = Table()
    for name in head:
        words = name in ("condition", "arm", "difference", "costs of a run")
        table.add_column(name.replace("_", " "), justify="left" if words else "right")
    for row in rows:
        table.add_row(*row)
    return table


def _typed(files: list[Path], result: Comparison, stress: list[str], set: list[str]) -> str:
    """The command line that gives the same again."""
    import shlex

    words = ["loopsim", "compare", *map(str, files), "--objective", result.objective]
    words += ["--seeds", str(len(result.seeds))]
    for option, values in (("--stress", stress), ("--set", set)):
        for value in values:
            words += [option, value]
    return shlex.join(words)

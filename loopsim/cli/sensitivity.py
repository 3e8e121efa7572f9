"""loopsim sensitivity: which parameters matter? Morris and Sobol indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, load

if TYPE_CHECKING:
    from loopsim.studies.sensitivity import Sensitivity

Over = Annotated[
    list[str],
    typer.Option(
        "--over", metavar="KEY=LOW:HIGH", help="a range, KEY=LOW:HIGH:log, or KEY=A,B,..."
    ),
]


def sensitivity(
    scenario: ScenarioFile,
    over: Over,
    metric: Annotated[list[str], typer.Option(help="true.NAME, observed.NAME, a formula")] = [],  # noqa: B006
    method: Annotated[str, typer.Option(help="morris (screening) or sobol (shares)")] = "morris",
    samples: Annotated[
        int | None, typer.Option(help="trajectories (16), or rows of Sobol's sequence (64)")
    ] = None,
    seeds: Annotated[int, typer.Option(help="runs of each point")] = 4,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="with sobol: indices of pairs too")
    ] = False,
    last: Annotated[int | None, typer.Option(min=1, help="count only so many last rounds")] = None,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Which parameters move a metric most, over their ranges, every point with the same seeds.

    loopsim sensitivity my.yaml --over policy.explore=0:0.2 --over labels.noise=0:0.1
    """
    checked = load(scenario, set)
    from loopsim.report.sensitivity import write
    from loopsim.studies.sensitivity import sensitivity as run

    with engine(workers, cluster, study) as chosen:
        result = run(
            checked, over, metric or None, method, samples, seeds, pairs, chosen, last=last,
            code=code,
        )  # fmt: skip
    page = write(result, place(out, "sensitivity", checked.name), checked)
    end(result, page, as_json, _print)


def _print(result: Sensitivity) -> None:
    from loopsim.report.sensitivity import sentences

    print(
        f"{result.name}: {result.method}, {result.points} points × {len(result.seeds)} seeds, "
        f"means of the last {result.window} rounds, 95%"
    )
    for metric in result.metrics:
        print(metric)
        for line in _lines(result, metric):
            print(f"  {line}")
        for said in sentences(result, metric):
            print(said)
    for row in result.failed.to_dict("records")[:10]:
        print(f"failed: point {row['point']}, seed {row['seed']}: {row['error']}")


def _lines(result: Sensitivity, metric: str) -> list[str]:
    """A heading and a line an index, in columns."""
    from loopsim.report.finding import cell

    rows = [["parameter", "index", "value", "", "± points", "± seeds"]]
    for row in result.table[result.table["metric"] == metric].to_dict("records"):
        known = row["low"] == row["low"]
        span = f"[{cell(row['low'])}, {cell(row['high'])}]" if known else ""
        halves = [cell(row[name]) if row[name] == row[name] else "" for name in ("points", "seeds")]
        rows.append([row["parameter"], row["index"], cell(row["value"]), span, *halves])
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]

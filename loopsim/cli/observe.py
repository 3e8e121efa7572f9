"""loopsim observe: how long before the dashboard shows what is true, and at what harm?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, listed, load

if TYPE_CHECKING:
    from loopsim.twins import Observability


def observe(
    scenario: ScenarioFile,
    loop: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="the change: these closed; default: the shocks"),
    ] = None,
    metric: Annotated[str | None, typer.Option(help="the truth: true.NAME")] = None,
    dashboard: Annotated[
        str | None, typer.Option(help="what is watched: observed.NAME; default: the same figure")
    ] = None,
    harm: Annotated[
        str | None, typer.Option(help="what is lost meanwhile: true.NAME; default: profit")
    ] = None,
    group: Annotated[str, typer.Option(help="whose figures")] = "all",
    seeds: Annotated[int, typer.Option(min=4, help="pairs of runs")] = 12,
    hold: Annotated[int, typer.Option(min=1, help="rounds on end that it takes")] = 2,
    level: Annotated[float, typer.Option(help="of the band of what is usual")] = 0.99,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Run twins with and without a change, and see when the truth and the dashboard show it.

    loopsim observe scenarios/lending/recession.yaml --metric true.precision

    Without --loop the scenario's shocks are the change.
    """
    checked = load(scenario, set)
    from loopsim.report.observability import write
    from loopsim.twins import observability as run

    names = None if loop is None else listed(loop)
    result = run(
        checked, names, metric, dashboard, harm, group, seeds, hold, level, workers=workers,
        code=code,
    )  # fmt: skip
    page = write(result, place(out, "observe", checked.name), checked)
    end(result, page, as_json, _print)


def _print(result: Observability) -> None:
    print(f"{result.name}: {result.change}, from round {result.at} on; {len(result.seeds)} seeds")
    for row in result.table.to_dict("records"):
        interval = f"[{row['low']:.4g}, {row['high']:.4g}]"
        print(f"  {row['measure']:<9} {row['value']:>9.4g}  {interval:<20} {row['meaning']}")
    print(result.verdict)

"""loopsim attribute: which loop did it? A change, shared out over the loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, listed, load

if TYPE_CHECKING:
    from loopsim.twins import Attribution


def attribute(
    scenario: ScenarioFile,
    loops: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="loops to share out over; default: all")
    ] = None,
    metric: Annotated[list[str], typer.Option(help="true.NAME or observed.NAME")] = [],  # noqa: B006
    seeds: Annotated[int, typer.Option(min=2, help="each takes a run for every combination")] = 8,
    group: Annotated[str, typer.Option(help="whose metric")] = "all",
    permutations: Annotated[
        int | None,
        typer.Option(min=1, help="orders of joining a seed, instead of all combinations"),
    ] = None,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Run every combination of loops closed and cut, and share out the change of a metric.

    loopsim attribute scenarios/lending/selective_labels.yaml --metric true.calibration

    Shapley values, and effects alone with interactions of pairs, add up to the change exactly.
    """
    checked = load(scenario, set)
    from loopsim.report.attribution import write
    from loopsim.twins import attribute as run

    names = None if loops is None else listed(loops)
    with engine(workers, cluster, study) as chosen:
        result = run(
            checked, names, metric or None, seeds, group, None, code, permutations, engine=chosen
        )
    page = write(result, place(out, "attribute", checked.name), checked)
    end(result, page, as_json, _print)


def _print(result: Attribution) -> None:
    print(f"{result.name}: all closed less all cut, {len(result.seeds)} seeds, 95% (t)")
    for metric in result.metrics:
        total = result.totals[result.totals["metric"] == metric].iloc[0]
        print(f"{metric}: {total['cut']:.4f} cut, {total['closed']:.4f} closed")
        print(_line("total", total["total"], total))
        for row in result.table[result.table["metric"] == metric].to_dict("records"):
            print(_line(row["loop"], row["shapley"], row) + f"  alone {row['alone']:+.4f}")
        pairs = result.pairs if len(result.loops) > 1 else result.pairs.assign(metric=[])
        for row in pairs[pairs["metric"] == metric].to_dict("records"):
            print(_line(f"{row['loop']} × {row['other']}", row["interaction"], row))
    print("loops: Shapley values. pairs: Shapley-Taylor interactions. p: Holm over all of a kind")
    for loop, why in result.left_out.items():
        print(f"left out: {loop}: {why}")


def _line(name: str, value: float, row: Any) -> str:
    interval = f"[{row['low']:+.4f}, {row['high']:+.4f}]"
    return f"  {name:<22}{value:+8.4f} {interval:<20} p {row['p_holm']:.2g}"

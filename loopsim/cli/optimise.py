"""loopsim optimise: the best policy in a space, under limits, judged on held-out seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from loopsim.cli.engine import Cluster, StudyFolder, Watched, engine
from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, load
from loopsim.cli.sensitivity import Over

if TYPE_CHECKING:
    from loopsim.studies.optimise import Optimum
    from loopsim.studies.optimise.trials import Trial


def optimise(
    scenario: ScenarioFile,
    over: Over,
    objective: Annotated[
        str | None, typer.Option(help="a mix, as 'true.profit - 0.5*true.gap.approval'")
    ] = None,
    limit: Annotated[list[str], typer.Option(help="as 'observed.gap.approval<=0.1'")] = [],  # noqa: B006
    trials: Annotated[int, typer.Option(help="points to try")] = 40,
    seeds: Annotated[int, typer.Option(help="runs of each; they choose")] = 8,
    held_out: Annotated[int, typer.Option(help="seeds that judge what was chosen")] = 20,
    at_once: Annotated[int, typer.Option(help="points asked for at a time")] = 1,
    last: Annotated[int | None, typer.Option(min=1, help="count only so many last rounds")] = None,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Find the best point of a space on some seeds, and judge it on others.

    loopsim optimise my.yaml --over policy.explore=0:0.2 --limit 'observed.gap.approval<=0.1'
    """
    checked = load(scenario, set)
    from loopsim.report.optimise import write
    from loopsim.studies.optimise import optimise as run

    with engine(workers, cluster, study) as chosen:
        result = run(
            checked, over, objective, limit or None, trials, seeds, held_out, chosen, last=last,
            code=code, at_once=at_once, watch=_so_far(chosen),
        )  # fmt: skip
    page = write(result, place(out, "optimise", checked.name), checked)
    end(result, page, as_json, _print)


def _so_far(chosen: Watched) -> Callable[[list[Trial]], None]:
    """Tell the best trial so far beside the progress."""

    def watch(found: list[Trial]) -> None:
        from loopsim.studies.optimise.trials import best_of
        from loopsim.studies.sweep.grid import told_point

        best = best_of(found)
        told = (
            "none keeps the limits"
            if best is None
            else f"{best.value:.4g} ({told_point(best.point)})"
        )
        chosen.progress.say(f"{len(found)} trials, best {told}")

    return watch


def _print(result: Optimum) -> None:
    from loopsim.report.optimise import sentences

    print(
        f"{result.name}: {result.objective}, {len(result.trials)} trials on "
        f"{len(result.chosen_on)} seeds, means of the last {result.window} rounds, 95%"
    )
    if result.best is not None:
        for line in _columns(_gains(result)):
            print(f"  {line}")
        for line in _columns(_limits(result)):
            print(f"  {line}")
    for said in sentences(result):
        print(said)
    for row in result.failed.to_dict("records")[:10]:
        print(f"failed: point {row['point']}, seed {row['seed']}: {row['error']}")


def _gains(result: Optimum) -> list[list[str]]:
    from loopsim.report.finding import cell

    rows = [["seeds", "as it is", "best", "gain", "", "bootstrap"]]
    for row in result.table.to_dict("records"):
        figures = [cell(row[name]) for name in ("as_it_is", "best", "gain")]
        spans = [f"[{cell(row[low])}, {cell(row[high])}]"
                 for low, high in (("low", "high"), ("b_low", "b_high"))]  # fmt: skip
        rows.append([f"{row['seeds']} ({row['pairs']})", *figures, *spans])
    return rows


def _limits(result: Optimum) -> list[list[str]]:
    from loopsim.report.finding import cell

    if not len(result.kept):
        return []
    rows = [["limit", "as it is", "held out", "", "verdict"]]
    for row in result.kept.to_dict("records"):
        figures = [cell(row[name]) for name in ("as_it_is", "held_out")]
        span = f"[{cell(row['low'])}, {cell(row['high'])}]"
        rows.append([row["limit"], *figures, span, row["verdict"]])
    return rows


def _columns(rows: list[list[str]]) -> list[str]:
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]

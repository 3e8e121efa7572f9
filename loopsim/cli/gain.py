"""loopsim gain: does it run away?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, load

if TYPE_CHECKING:
    from loopsim.twins import Gain

KINDS = (
    "scores, threshold, exposure, labels, features, people, reviewers; items, tastes for slates; "
    "or one of the world's own"
)
Push = Annotated[str, typer.Option(help=KINDS)]
Size = Annotated[float, typer.Option(help="in the push's unit; twice that and both signs are run")]
Group = Annotated[str, typer.Option(help="whom it touches")]
Feature = Annotated[str | None, typer.Option(help="for features and people")]
Metric = Annotated[str | None, typer.Option(help="what is followed; default: the mean score")]
At = Annotated[int | None, typer.Option(help="round of the push; default: a quarter of them")]
Generation = Annotated[
    int | None, typer.Option(help="its rounds; default: from one refit to the next")
]
Skip = Annotated[int, typer.Option(help="generations after the push that are left out")]
Lags = Annotated[int, typer.Option(help="how many generations determine the next")]
Confidence = Annotated[float, typer.Option(help="of the intervals")]


def gain(
    scenario: ScenarioFile,
    push: Push = "scores",
    size: Size = 0.05,
    group: Group = "all",
    feature: Feature = None,
    metric: Metric = None,
    loops: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="measured singly too; none: all together alone"),
    ] = None,
    at: At = None,
    generation: Generation = None,
    skip: Skip = 1,
    lags: Lags = 1,
    seeds: Annotated[int, typer.Option(min=2)] = 8,
    confidence: Confidence = 0.95,
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Push one thing a little, and follow what becomes of it, generation by generation.

    loopsim gain scenarios/lending/selective_labels.yaml --push labels --size 0.1 --group black

    A gain above 1 runs away, below 1 the loop corrects itself, a negative one overshoots.
    """
    checked = load(scenario, set)
    from loopsim.report.gain import write
    from loopsim.twins import gain as run

    names = None if loops is None else [name for name in loops.split(",") if name != "none"]
    with engine(workers, cluster, study) as chosen:
        result = run(
            checked, push, size, group, feature, metric, names, at, generation, skip, lags, seeds,
            confidence, None, code, engine=chosen,
        )  # fmt: skip
    page = write(result, place(out, "gain", checked.name), checked)
    end(result, page, as_json, _print)


def _print(result: Gain) -> None:
    print(f"{result.name}: {result.pushed} in round {result.at}; {result.followed} is followed")
    print(f"{len(result.seeds)} seeds, {result.confidence:.0%} intervals")
    for row in result.table.to_dict("records"):
        name = row["loops"] if row["loops"] == "all" else f"{row['loops']} alone"
        interval = f"[{row['low']:.3f}, {row['high']:.3f}]"
        print(f"  {name:<18} gain {row['gain']:7.3f} {interval:<18} {row['verdict']}{_when(row)}")
        if row["note"]:
            print(f"  {'':<18} {row['note']}")
    if len(result.loops) > 1:
        print(f"verdicts rest on intervals that hold together for all {len(result.loops)}")


def _when(row: dict[str, Any]) -> str:
    """The round at which it settles or explodes, where it does within the run."""
    for what in ("settles", "explodes"):
        wanted = row["verdict"] == ("runaway" if what == "explodes" else "self-correcting")
        if wanted and row[what] != float("inf"):
            ends = f" [{row[f'{what}_low']:.0f}, {row[f'{what}_high']:.0f}]"
            return f", {what} {row[what]:.0f} rounds after{ends}"
    return ""

"""loopsim sweep: what do parameters do? Metrics over their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.cli.engine import Cluster, StudyFolder, Watched, engine
from loopsim.cli.finding import end, place
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Workers, load
from loopsim.errors import InputError

if TYPE_CHECKING:
    from loopsim.studies import Evaluation
    from loopsim.studies.sweep import Sweep


def sweep(
    scenario: ScenarioFile,
    set: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=A,B,...", help="its values; one alone is an override"),
    ],
    metric: Annotated[list[str], typer.Option(help="true.NAME, observed.NAME, a formula")] = [],  # noqa: B006
    seeds: Annotated[int, typer.Option(min=1, help="runs of each point")] = 8,
    listed: Annotated[
        bool, typer.Option("--listed", help="values side by side, not every combination")
    ] = False,
    last: Annotated[int | None, typer.Option(min=1, help="count only so many last rounds")] = None,
    until_width: Annotated[
        float | None,
        typer.Option(help="add seeds to a point until the first metric's interval is so narrow"),
    ] = None,
    max_seeds: Annotated[int, typer.Option(help="no more than that with --until-width")] = 100,
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    out: PageFolder = None,
    as_json: Json = False,
) -> None:
    """Run a scenario at values of its parameters, every point with the same seeds.

    loopsim sweep my.yaml --set policy.explore=0,0.05,0.1 --metric true.auc --study results/mine
    """
    values = [_values(text) for text in set]
    fixed = [f"{key}={text}" for key, text, each in values if len(each) == 1]
    checked = load(scenario, fixed)
    from loopsim.report.sweep import write
    from loopsim.studies.sweep import sweep as run

    asked = {key: each for key, _, each in values if len(each) > 1}
    with engine(workers, cluster, study) as chosen:
        result = run(
            checked, asked, metric or None, seeds, listed, chosen, last=last, code=code,
            until_width=until_width, max_seeds=max_seeds, watch=_so_far(chosen),
        )  # fmt: skip
    page = write(result, place(out, "sweep", checked.name), checked)
    end(result, page, as_json, _print)


def _values(text: str) -> tuple[str, str, list[Any]]:
    """Key, text and values of ``KEY=A,B,...`` (or ``KEY=[A, B]``), each read as YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise InputError(f"--set {text}: must be KEY=A,B,... such as policy.explore=0,0.05,0.1")
    try:
        each = YAML(typ="safe", pure=True).load(f"[{value}]")
    except YAMLError:
        raise InputError(f"--set {text}: the values are not valid YAML") from None
    if len(each) == 1 and isinstance(each[0], list):
        each = each[0]
    return key, value, each


def _so_far(chosen: Watched) -> Any:
    """Tell the answer so far beside the progress: where the first metric is lowest and highest."""

    from time import perf_counter

    spoke = perf_counter()

    def watch(made: Evaluation) -> None:
        nonlocal spoke
        if perf_counter() - spoke < 1.0:
            return
        spoke = perf_counter()
        from loopsim.studies.sweep.grid import told_point

        means = {point: mean for point in range(len(made.points))
                 if (mean := _mean(made.of(point))) is not None}  # fmt: skip
        if len(means) > 1:
            low, high = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
            chosen.progress.say(
                f"{made.goals[0].text} {means[low]:.4g} ({told_point(made.points[low])}) to "
                f"{means[high]:.4g} ({told_point(made.points[high])})"
            )

    return watch


def _mean(values: Any) -> float | None:
    known = values[values == values]
    return float(known.mean()) if known.size else None


def _print(result: Sweep) -> None:
    from loopsim.report.sweep import sentence

    print(f"{result.name}: means of the last {result.window} rounds, 95% (t); p: Holm over all")
    for metric in result.metrics:
        print(metric)
        for line in _lines(result, metric):
            print(f"  {line}")
        print(sentence(result, metric))
    for row in result.failed.to_dict("records")[:10]:
        print(f"failed: point {row['point']}, seed {row['seed']}: {row['error']}")
    if result.stopped:
        print(f"stopped: {result.stopped}")


def _lines(result: Sweep, metric: str) -> list[str]:
    """A heading and a line a point, in columns."""
    from loopsim.report.finding import cell
    from loopsim.studies.sweep.grid import plain

    def span(row: Any, low: str, high: str) -> str:
        return f"[{cell(row[low])}, {cell(row[high])}]"

    rows = [[*result.parameters, "mean", "", "change from the first", "p", "seeds"]]
    for row in result.table[result.table["metric"] == metric].to_dict("records"):
        point = [plain(row[name]) for name in result.parameters]
        change, p = "", ""
        if row["p_holm"] == row["p_holm"]:
            change = f"{cell(row['change'])} {span(row, 'change_low', 'change_high')}"
            p = f"{row['p_holm']:.2g}"
        rows.append(
            [*point, cell(row["mean"]), span(row, "low", "high"), change, p, str(row["seeds"])]
        )
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]

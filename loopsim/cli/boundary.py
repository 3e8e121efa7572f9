"""loopsim boundary: where does a loop turn from correcting itself to running away?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.finding import end, place
from loopsim.cli.gain import (
    At,
    Confidence,
    Feature,
    Generation,
    Group,
    Lags,
    Metric,
    Push,
    Size,
    Skip,
)
from loopsim.cli.options import Code, Json, PageFolder, ScenarioFile, Set, Workers, load
from loopsim.errors import InputError

if TYPE_CHECKING:
    from loopsim.twins import Boundary, StabilityMap


def boundary(
    scenario: ScenarioFile,
    parameter: Annotated[str, typer.Option(metavar="KEY", help="as environment.discouragement")],
    low: Annotated[float, typer.Option(help="lowest value")],
    high: Annotated[float, typer.Option(help="highest value")],
    width: Annotated[
        float | None, typer.Option(help="bracket to reach; default: 1/32 of the range")
    ] = None,
    other: Annotated[
        str | None, typer.Option(metavar="KEY", help="a second parameter: draws a map instead")
    ] = None,
    other_low: Annotated[float | None, typer.Option(help="its lowest value")] = None,
    other_high: Annotated[float | None, typer.Option(help="its highest value")] = None,
    steps: Annotated[int, typer.Option(min=2, help="values of each parameter on a map")] = 7,
    push: Push = "scores",
    size: Size = 0.05,
    group: Group = "all",
    feature: Feature = None,
    metric: Metric = None,
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
    """Bisect a parameter on the verdict of its gain, or draw a stability map over two.

    loopsim boundary my.yaml --parameter environment.refusal --low 0 --high 1 --push labels
    """
    checked = load(scenario, set)
    from loopsim.report.boundary import write
    from loopsim.twins import boundary as bisect
    from loopsim.twins import stability_map

    more: dict[str, Any] = {
        "push": push, "size": size, "group": group, "feature": feature, "metric": metric, "at": at,
        "generation": generation, "skip": skip, "lags": lags, "seeds": seeds,
        "confidence": confidence, "code": code,
    }  # fmt: skip
    if other is not None and (other_low is None or other_high is None):
        raise InputError(f"--other {other}: needs --other-low and --other-high")
    with engine(workers, cluster, study) as chosen:
        more["engine"] = chosen
        if other is None:
            result: Boundary | StabilityMap = bisect(checked, parameter, low, high, width, **more)
        else:
            others = _values(other_low, other_high, steps)
            grid = {parameter: _values(low, high, steps), other: others}
            result = stability_map(checked, grid, **more)
    page = write(result, place(out, "boundary", checked.name), checked)
    end(result, page, as_json, _print)


def _values(low: float | None, high: float | None, steps: int) -> list[float]:
    assert low is not None and high is not None, "asked for with the other parameter"
    if not low < high:
        raise InputError(f"low = {low}: must be below high = {high}")
    return [low + (high - low) * i / (steps - 1) for i in range(steps)]


def _print(result: Boundary | StabilityMap) -> None:
    from loopsim.twins import Boundary

    columns = [name for name in result.table if name != "hash"]
    print(result.table[columns].to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    if isinstance(result, Boundary):
        within = f"{result.parameter} between {result.low:.4g} and {result.high:.4g}"
        print(f"it turns at {within}" if result.found else f"no boundary found: {within}")
        print(f"{result.why}; {result.confidence:.0%} for all verdicts together")

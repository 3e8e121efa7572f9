"""loopsim cut: what does a loop do? Closed and cut, in exact pairs over seeds."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from loopsim.cli.engine import Cluster, StudyFolder, engine
from loopsim.cli.options import Code, Json, ScenarioFile, Set, Workers, load


def cut(
    scenario: ScenarioFile,
    loop: Annotated[list[str], typer.Option("--loop", help="loop to cut; may be repeated")],
    seeds: Annotated[int, typer.Option(min=2, help="pairs of runs")] = 20,
    metric: Annotated[list[str], typer.Option(help="true.NAME or observed.NAME")] = [],  # noqa: B006
    set: Set = [],  # noqa: B006
    workers: Workers = None,
    cluster: Cluster = None,
    study: StudyFolder = None,
    code: Code = [],  # noqa: B006
    until_width: Annotated[
        float | None,
        typer.Option(help="add seeds until the first metric's interval is so narrow"),
    ] = None,
    max_seeds: Annotated[int, typer.Option(help="no more than that with --until-width")] = 100,
    out: Annotated[Path | None, typer.Option(help="figure, as PNG")] = None,
    as_json: Json = False,
) -> None:
    """Run a scenario with a loop closed and cut, in pairs over seeds, and print the effect."""
    checked = load(scenario, set)
    from loopsim.twins import cut as run_twins

    with engine(workers, cluster, study) as chosen:
        result = run_twins(
            checked, tuple(loop), seeds, metric or None, None, code, until_width, max_seeds,
            engine=chosen,
        )  # fmt: skip
    place = out or Path("results") / "runs" / f"cut-{checked.name}-{'-'.join(loop)}.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    result.figure(place)
    if as_json:
        print(json.dumps(result.to_dict() | {"figure": str(place)}))
        return
    several, pairs = len(result.effects) > 1, len(result.seeds)
    print(f"{checked.name}: effect of {', '.join(loop)} (closed less cut), {pairs} seeds, 95%")
    for row in result.effects.to_dict("records"):
        _print(row, several)
    if until_width is not None:
        print(f"stopped: {result.stopped}")
    print(f"figure: {place}")


def _print(row: dict[str, Any], several: bool) -> None:
    name = f"{row['ledger']}.{row['metric']}"
    print(
        f"  {name:<24}{row['group']:<10} closed {row['closed']:8.4f}  cut {row['cut']:8.4f}  "
        f"effect {row['effect']:+8.4f} [{row['low']:+.4f}, {row['high']:+.4f}]"
    )
    if isfinite(row["boot_low"]):
        test = f"p {row['p']:.2g}" + (f", Holm {row['p_holm']:.2g}" if several else "")
        print(f"  {'':<34} bootstrap [{row['boot_low']:+.4f}, {row['boot_high']:+.4f}]  {test}")

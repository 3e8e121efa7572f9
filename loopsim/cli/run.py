"""loopsim run: a scenario into a run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Code, Json, ScenarioFile, Set, load


def run(
    scenario: ScenarioFile,
    seed: Annotated[int | None, typer.Option(help="instead of the scenario's")] = None,
    set: Set = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="run folder; default results/runs/...")] = None,
    code: Code = [],  # noqa: B006
    as_json: Json = False,
    page: Annotated[bool, typer.Option("--report/--no-report", help="write report.html")] = True,
    shards: Annotated[int | None, typer.Option(min=1, help="split the people over so many")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="split them over a Dask cluster")
    ] = None,
) -> None:
    """Run a scenario: progress, a short table of true beside observed, a folder with a report."""
    checked = load(scenario, set, seed)
    from loopsim.cli.progress import Progress

    with Progress(checked.rounds) as progress:
        import loopsim

        progress.say("compiling (once after installing) ...")
        if shards is None and cluster is None:
            done = loopsim.run(checked, out=out, observers=[progress], code=code)
        else:
            from loopsim.shards import run as split

            done = split(checked, shards, out, [progress], code, cluster)
        if page:
            progress.say("writing the report ...")
            from loopsim.report import write

            write(done.folder)
    from loopsim.cli.table import end

    end(done, as_json)

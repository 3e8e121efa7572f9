"""loopsim resume: take up a run that was killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Code, Json


def resume(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")],
    code: Code = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Go on with a run that was killed, interrupted or failed; it ends with the same bytes."""
    import loopsim
    from loopsim.cli.progress import Progress
    from loopsim.report import write

    rounds = loopsim.open(folder).scenario.rounds
    with Progress(rounds) as progress:
        done = loopsim.resume(folder, observers=[progress], code=code)
        progress.say("writing the report ...")
        write(done.folder)
    if as_json:
        print(json.dumps(done.summary()))
    else:
        from loopsim.cli.table import show

        show(done)

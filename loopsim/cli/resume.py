"""loopsim resume: take up a run that was killed."""

from __future__ import annotations

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
    from loopsim.cli.table import end

    end(done, as_json)

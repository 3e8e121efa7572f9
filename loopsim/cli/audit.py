"""loopsim audit: who overrode what, when, why, and did it help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from loopsim.cli.options import Json


def audit(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder with a desk")],
    against: Annotated[
        Path | None, typer.Option(metavar="RUN", help="compare with a run without it")
    ] = None,
    as_json: Json = False,
) -> None:
    """Audit the reviews of a run: tables here, and audit.html in its folder."""
    import loopsim
    from loopsim.report.audit import audit as find
    from loopsim.report.audit_page import write

    run = loopsim.open(folder)
    facts = find(run, None if against is None else loopsim.open(against))
    page = write(run, facts)
    if as_json:
        import json

        print(json.dumps(facts))
    else:
        _show(facts, page)


def _show(facts: dict[str, Any], page: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from loopsim.report.audit_tables import tables

    console = Console()
    for made in tables(facts):
        table = Table(*made.columns, title_justify="left", title=made.title, caption=made.note,
                      caption_justify="left")  # fmt: skip
        for row in made.rows:
            table.add_row(*row)
        console.print(table)
    console.print(f"page: {page}", soft_wrap=True, highlight=False)

"""loopsim compliance: the page that an officer of compliance asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json


def compliance(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a run folder")],
    as_json: Json = False,
) -> None:
    """Rules, rights, limits, versions and the record of a run: tables, and compliance.html."""
    import loopsim
    from loopsim.report.compliance import compliance as find
    from loopsim.report.compliance_page import write

    run = loopsim.open(folder)
    facts = find(run)
    page = write(run, facts)
    if as_json:
        import json

        print(json.dumps(facts))
        return
    from rich.console import Console
    from rich.table import Table

    from loopsim.report.compliance_tables import tables

    console = Console()
    for made in tables(facts):
        table = Table(*made.columns, title_justify="left", title=made.title, caption=made.note,
                      caption_justify="left")  # fmt: skip
        for row in made.rows:
            table.add_row(*row)
        console.print(table)
    console.print(f"page: {page}", soft_wrap=True, highlight=False)

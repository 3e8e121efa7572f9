"""loopsim study: what is in a study's folder, and what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json

SHOWN = 10  # failures; all of them are in --json and in the folder


def study(
    folder: Annotated[Path, typer.Argument(metavar="STUDY", help="a study's folder")],
    as_json: Json = False,
) -> None:
    """Show how many runs of each kind a study has, and which failed; executes nothing."""
    import json

    from loopsim.studies import Study

    found = Study.open(folder)
    counts, failures = found.counts(), found.failures()
    if as_json:
        facts = {"finished": counts.to_dict("records"), "failed": failures.to_dict("records")}
        print(json.dumps(facts))
        return
    print(f"{folder}: {counts['finished'].sum():,} runs finished, {len(failures):,} failed")
    for row in counts.to_dict("records"):
        each = row["seconds"] / row["finished"] if row["finished"] else 0.0
        print(f"  {row['what']:<12}{row['finished']:>8,}   {each:.2f} s a run")
    for row in failures.head(SHOWN).to_dict("records"):
        print(f"  failed: {row['what']} {row['run']}, seed {row['seed']}: {_short(row)}")
    if len(failures) > SHOWN:
        print(f"  and {len(failures) - SHOWN:,} more, in {folder}/failed")


def _short(row: dict[str, object]) -> str:
    text = " ".join(str(row["text"]).split())
    return f"{row['error']}: {text[:160]}"

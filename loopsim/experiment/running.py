"""Find and run the experiments of this repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loopsim.errors import InputError
from loopsim.experiment.check import Result
from loopsim.registry import allow_code, load_code, there_are

FOLDER = Path("experiments")
REFERENCE = Path("results") / "reference"


def names() -> list[str]:
    """Names of the experiments; InputError outside the repository."""
    if not FOLDER.is_dir():
        raise InputError(f"{FOLDER.resolve()}: no such folder; run this in loopsim's repository")
    return sorted(path.stem for path in FOLDER.glob("*.py"))


def run(name: str, out: str | Path | None = None) -> Result:
    """Run one experiment; write its figure and figures.json.

    Parameters
    ----------
    name : one of `names`
    out : folder, by default ``results/reference/<name>``
    """
    known = names()
    if name not in known:
        raise InputError(f"no experiment {name!r}; {there_are(known, name)}")
    file = FOLDER / f"{name}.py"
    allow_code([file])

    def part(what: str) -> Any:
        return load_code(file, what)

    checks = tuple(part("checks")())
    folder = REFERENCE / name if out is None else Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    result = Result(name, part("CLAIM"), part("SOURCE"), checks, folder)
    text = json.dumps(result.as_dict(), indent=2, ensure_ascii=False)
    (folder / "figures.json").write_text(text + "\n", encoding="utf-8")
    part("draw")(checks, folder / "figure.png")
    return result

"""What is committed of an experiment, and whether a run gives the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.experiment import files
from loopsim.experiment.check import Check

FIGURES, PICTURE, TIMING = "figures.json", "figure.png", "timing.json"
#: Other libraries and processors may change the last digits; figures.json keeps six decimals.
RELATIVE, ABSOLUTE = 1e-6, 2e-6
Row = dict[str, Any]


@dataclass(frozen=True)
class Committed:
    """Checks as they are committed, and the seconds that they took when they were written."""

    checks: tuple[Row, ...]
    seconds: float | None = None

    @property
    def verdict(self) -> str:
        """``21 of 22 hold, MISSED: tree: AUC``; ``not committed``."""
        return verdict([(row["name"], row["verdict"]) for row in self.checks])


def committed(name: str) -> Committed:
    """What is in ``results/reference/<name>``; no checks if nothing is."""
    folder = files.REFERENCE / name
    if not (folder / FIGURES).is_file():
        return Committed(())
    rows = tuple(json.loads((folder / FIGURES).read_text(encoding="utf-8"))["checks"])
    timing = folder / TIMING
    if not timing.is_file():
        return Committed(rows)
    return Committed(rows, json.loads(timing.read_text(encoding="utf-8"))["seconds"])


def verdict(rows: list[tuple[str, str]]) -> str:
    """In short, from (name, verdict) of each check.

    >>> verdict([("a", "holds"), ("b", "MISSED by 1")])
    '1 of 2 hold, MISSED: b'
    """
    if not rows:
        return "not committed"
    missed = [name for name, said in rows if said != "holds"]
    text = f"{len(rows) - len(missed)} of {len(rows)} hold"
    return f"{text}, MISSED: {'; '.join(missed)}" if missed else text


def differences(name: str, checks: tuple[Check, ...]) -> list[str]:
    """How a run differs from what is committed, a line a figure; none if it is the same.

    Measured figures, intervals and bands are compared, up to what another machine may do to their
    last digits. The picture and the texts are not.
    """
    before = {row["name"]: row for row in committed(name).checks}
    if not before:
        return ["nothing was committed; --write keeps these figures"]
    now = {row["name"]: row for row in (check.as_dict() for check in checks)}
    found = [f"left out: {key}" for key in before if key not in now]
    found += [f"new: {key}" for key in now if key not in before]
    for key, row in now.items():
        if key in before:
            found += [f"{key}: {text}" for text in _moved(before[key], row)]
    return found


def _moved(before: Row, now: Row) -> list[str]:
    """What differs in one check."""
    pairs = [(part, before[part], now[part]) for part in ("measured", "low", "high")]
    ends = [(row.get("interval") or [None, None]) for row in (before, now)]
    pairs += [
        (f"interval's {end}", *values) for end, *values in zip(("low", "high"), *ends, strict=True)
    ]
    return [f"{part} was {old}, is {new}" for part, old, new in pairs if not _same(old, new)]


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return abs(old - new) <= ABSOLUTE + RELATIVE * abs(old)


def write_figures(folder: Path, claim: str, source: str, checks: tuple[Check, ...]) -> None:
    """Write figures.json."""
    told = {"claim": claim, "source": source, "checks": [check.as_dict() for check in checks]}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8")


def write_timing(folder: Path, seconds: float) -> None:
    """Write timing.json, which nothing is compared with."""
    (folder / TIMING).write_text(f'{{"seconds": {seconds:.1f}}}\n', encoding="utf-8")

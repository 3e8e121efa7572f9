"""How the verbs end that find something out about loops: a page, and a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def place(out: Path | None, verb: str, name: str) -> Path:
    """The folder of the page, by default among the runs."""
    return out or Path("results") / "runs" / f"{verb}-{name}"


def end(result: Any, page: Path, as_json: bool, show: Callable[[Any], None]) -> None:
    """One JSON object with the page, or what `show` prints and where the page is."""
    if as_json:
        print(json.dumps(result.to_dict() | {"page": str(page)}))
        return
    show(result)
    print(f"page: {page}")

"""law.json: the law, what it was made from, and everything the world needs beside the people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

import loopsim
from loopsim.calibrate.law import FOLDS, Fit
from loopsim.calibrate.moves import Moves
from loopsim.calibrate.table import Table
from loopsim.calibrate.yardsticks import measured
from loopsim.environments.lending.law_file import EVENTS, FORMAT


def source_facts(file: str | Path, table: Table, label: str, bad: str, seed: int) -> dict[str, Any]:
    """Which rows a law was made from."""
    return {
        "file": Path(file).name,
        "sha256": sha256(Path(file).read_bytes()).hexdigest(),
        "rows": len(table),
        "repaid": float(table.good.mean()),
        "label": label,
        "bad": bad,
        "seed": seed,
        "loopsim": loopsim.__version__,
    }


def write_law(
    to: Path, table: Table, fitted: Table, fit: Fit, made_from: Mapping[str, Any], hidden: float,
    moves: Moves,
) -> None:  # fmt: skip
    """Write the file that `RowsSource` reads."""
    content = {
        "format": FORMAT,
        "made_from": made_from,
        "group": {"column": table.group_column, "groups": table.groups},
        "features": [_feature(table, j) for j in range(len(table.schema))],
        "hidden": hidden,
        "moves": {event: dict(moves.get(event, {})) for event in EVENTS},
        "fit": {
            "rows": len(fitted),
            "folds": FOLDS,
            "strength": fit.strength,
            "curve": fit.recalibration.kind,
            "unseen": asdict(measured(fitted.good, fit.unseen)),
        },
        "law": fit.law.to_dict(),
    }
    to.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _feature(table: Table, j: int) -> dict[str, Any]:
    """Name, lowest and highest value, and a category's levels."""
    name, values = table.schema.names[j], table.features[:, j]
    levels = table.schema.levels.get(name)
    if levels:
        return {"name": name, "lower": 0.0, "upper": len(levels) - 1.0, "levels": levels}
    return {"name": name, "lower": float(np.nanmin(values)), "upper": float(np.nanmax(values))}

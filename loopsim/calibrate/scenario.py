"""The ready scenario: commented YAML that runs as it is."""

from __future__ import annotations

import json
import re

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.moves import Moves
from loopsim.calibrate.table import Table
from loopsim.environments.lending.scorecard import Scorecard

Floats = NDArray[np.float64]

_TEXT = """\
# {name}: a lending world made of {rows:,} real rows of {file}.
# People are rows drawn with replacement; P(repay | features) is law.json; how faithful both are:
# faithfulness.html. Whoever is refused never shows whether they would have repaid.
# LOOK AT: observed figures beside true ones, and both by group.
# TRY: loopsim run scenario.yaml
#      loopsim cut scenario.yaml --loop outcome --seeds 8
name: {name}
description: {description}
seed: {seed}
rounds: 40
environment:
  kind: lending
  people: {people}
  population:
    kind: rows
    path: people.parquet
    law: law.json
    hidden: {hidden:g}             # strength of the unobserved factor: an assumption, try others
  apply: 0.2
  dropout: 0.05            # defaulted people may leave for good
  discouragement: 0.3      # refused groups apply less
{moves}  money: {{gain: 0.1, loss: 0.4}}   # lends where P(repay) is above loss/(gain + loss) = 0.8
model: {{kind: gradient-boosting}}  # takes missing values
policy: {{kind: break-even}}
labels:
  delay: {{kind: by-outcome, good: {{kind: fixed, rounds: 6}}, bad: {{kind: fixed, rounds: 3}}}}
training:
  rule: {{kind: every, rounds: 4}}
  window: {{kind: reservoir, rows: 50000}}
  history: {{rows: {history}}}
"""


def scenario_text(
    table: Table, law: Scorecard, file: str, seed: int, hidden: float, moves: Moves
) -> str:
    """The scenario file of a calibrated world, its paths relative to itself."""
    stem = re.sub(r"[^\w.\- ]", "-", file.split(".")[0]) or "rows"
    return _TEXT.format(
        name=f"{stem}-world",
        rows=len(table),
        file=file,
        description=json.dumps(f"The lending world calibrated to {file}"),
        seed=seed,
        people=int(np.clip(len(table), 10_000, 100_000)),
        hidden=hidden,
        moves=_moves(moves) if any(moves.values()) else _example(table, law),
        history=min(5000, len(table)),
    )


def _moves(moves: Moves) -> str:
    """The user's own moves."""
    lines = [f"    {event}: {json.dumps(dict(by))}\n" for event, by in moves.items() if by]
    return "".join(
        ["  moves:                   # feature moves by event, in the unit of each\n", *lines]
    )


def _example(table: Table, law: Scorecard) -> str:
    """Moves of the number that matters most, commented out: the data do not say what they are."""
    best, strength, step = "", 0.0, 0.0
    for j, term in enumerate(law.terms):
        x, points = _known(table, law, j)
        width = float(np.subtract(*np.quantile(x, [0.75, 0.25])))
        if not term.knots or width == 0.0 or np.ptp(points) == 0.0:
            continue
        slope = float(np.cov(np.searchsorted(np.sort(x), x), points)[0, 1]) / len(x)
        if abs(slope) > strength:
            best, strength = json.dumps(term.feature), abs(slope)
            step = float(f"{np.sign(slope) * width / 10:.1g}")
    if not best:
        return ""
    return (
        "  # What a decision does to people is not in the data. Moves make it a loop, such as\n"
        f"  # moves: {{repaid: {{{best}: {step:g}}}, defaulted: {{{best}: {-2 * step:g}}}}}\n"
    )


def _known(table: Table, law: Scorecard, j: int) -> tuple[Floats, Floats]:
    """Values of one feature that are not missing, and the points that they bring."""
    x = table.features[:, j]
    return x[~np.isnan(x)], law.points(table.features, j)[~np.isnan(x)]

"""The ready scenario: commented YAML that runs as it is."""

from __future__ import annotations

import json
import re
import numpy as np

from loopsim.calibrate.moves import Moves
from loopsim.calibrate.table import Table
from loopsim.environments.lending.scorecard import Scorecard

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
    """Moves of the number that matters most, commented out: what they should be nobody's data say."""
    reach = {}
    for j, term in enumerate(law.terms):
        if term.knots:
            low, high = np.nanquantile(table.features[:, j], [0.25, 0.75])
            at = np.interp([low, high], term.knots, term.points[0])
            reach[term.feature] = (float(at[1] - at[0]), float(high - low))
    useful = {name: r for name, r in reach.items() if r[0] != 0.0}
    if not useful:
        return ""
    name = max(useful, key=lambda key: abs(useful[key][0]))
    points, width = useful[name]
    step = float(f"{np.sign(points) * width / 10:.1g}")
    quoted = json.dumps(name)
    return (
        "  # What a decision does to people is not in the data. Moves make it a feature loop, such as\n"
        f"  # moves: {{repaid: {{{quoted}: {step:g}}}, defaulted: {{{quoted}: {-2 * step:g}}}}}\n"
    )

"""The ready scenario: commented YAML that runs as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from loopsim.calibrate.fraud.parameters import Parameters

_TEXT = """\
# {name}: a fraud world made of {rows:,} payments of {file}.
# Each card pays as much and as often as it did (cards.npz). How faithful: faithfulness.html.
# Rings and scams are no kind of fraud that a file can show: both are off; rings that learn what
# passes are what closes the sampling loop. What a bank does (investigated, block) and what false
# alarms do to customers (annoyance) are assumptions as well.
# LOOK AT: true against observed precision; lost and caught (money a payment); label coverage.
# TRY: loopsim run scenario.yaml --set environment.rings=8
#      loopsim cut scenario.yaml --loop outcome --seeds 4
name: {name}
description: {description}
seed: {seed}
rounds: {rounds}
environment:
  kind: fraud-rows
  cards: cards.npz
  customers: {cards}
  terminals: {terminals}
  radius: {radius:.4g}           # holds as many terminals as a card was seen to choose from
  large: {large:.6g}             # the highest honest amount: all above is fraud
  skimmed: {skimmed:.4g}         # share of terminals that become compromised in a day
  skimmed_days: {skimmed_days}
  stolen: {stolen:.4g}           # share of cards that become stolen in a day
  stolen_days: {stolen_days}
  scams: 0
  rings: 0
  investigated: 0.5
  block: 3
  annoyance: 0.3
model: {{kind: logistic}}
policy: {{kind: alert-budget, cards: {alerts}}}
labels: {{delay: {{kind: fixed, rounds: 7}}}}
training:
  rule: {{kind: every, rounds: 7}}
  window: {{kind: sliding, rounds: 14}}
  history: {{rounds: 30, rows: 50000}}    # a month before day 0 in which nothing is stopped
observed: {{window: 7}}
"""


def scenario_text(facts: Mapping[str, Any], made: Parameters) -> str:
    """The scenario file of a calibrated world, its paths relative to itself.

    `facts` has ``file``, ``rows``, ``cards``, ``terminals`` and ``seed``.
    """
    stem = re.sub(r"[^\w.\- ]", "-", facts["file"].split(".")[0]) or "payments"
    return _TEXT.format(
        name=f"{stem}-world",
        description=json.dumps(f"The fraud world calibrated to {facts['file']}"),
        rounds=60,
        alerts=max(1, round(facts["cards"] / 50)),
        radius=made.radius,
        large=made.large,
        skimmed=made.skimmed,
        skimmed_days=made.skimmed_days,
        stolen=made.stolen,
        stolen_days=made.stolen_days,
        **{name: facts[name] for name in ("file", "rows", "cards", "terminals", "seed")},
    )

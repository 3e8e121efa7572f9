"""The ready scenario: commented YAML that runs as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_TEXT = """\
# {name}: a recommender world made of {rows:,} interactions of {file}.
# {users:,} users and {items:,} items, their tastes and laws in tastes.npz; how faithful they are:
# faithfulness.html. Two things are assumptions in every such world: what consumption does to tastes
# (drift), and what clickbait and boredom do; the file cannot show them.
# LOOK AT: click_through beside shown_utility and regret, consumption_gini, drift by group.
# TRY: loopsim cut scenario.yaml --loop feature --seeds 4
#      loopsim run scenario.yaml --set policy.kind=random-slates   (the control: no model has a say)
name: {name}
description: {description}
seed: {seed}
rounds: 40
environment:
  kind: recommender
  population: {{kind: interactions, path: tastes.npz}}
  visits: {visits:g}             # mean chance of a visit in a round
  no_repeat: {kept}            # the last so many consumed are not shown again
  remember: {kept}
  drift: {{rule: rotate, rate: 0.02}}   # an assumption: try 0 and 0.1
  clickbait: {{mean: 0}}
model: {{kind: factors}}
policy: {{kind: top-k, k: {k}}}
labels: {{delay: {{kind: fixed, rounds: 1}}}}
training:
  rule: {{kind: every, rounds: 4}}
  history: {{rounds: 5}}      # random slates before round 0: version 1 learns from them
"""


def scenario_text(facts: Mapping[str, Any], visits: float, places: int) -> str:
    """The scenario file of a calibrated world, its paths relative to itself.

    `facts` has ``file``, ``rows``, ``users``, ``items`` and ``seed``.
    """
    file, items = facts["file"], facts["items"]
    stem = re.sub(r"[^\w.\- ]", "-", file.split(".")[0]) or "interactions"
    return _TEXT.format(
        name=f"{stem}-world",
        description=json.dumps(f"The recommender world calibrated to {file}"),
        visits=visits,
        k=min(places, 10, items // 3),
        kept=min(50, items // 3),
        **{name: facts[name] for name in ("file", "rows", "users", "items", "seed")},
    )

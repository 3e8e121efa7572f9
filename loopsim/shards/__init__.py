"""One run larger than one machine: its people split by ranges of ids.

>>> import loopsim.shards
>>> run = loopsim.shards.run(scenario, 3, out="results/lending")   # doctest: +SKIP
"""

from __future__ import annotations

from loopsim.shards.running import run

__all__ = ["run"]

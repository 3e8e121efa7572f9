"""Exact twins: the same world with a loop cut.

>>> import loopsim
>>> scenario = loopsim.Scenario.load("scenarios/lending/selective_labels.yaml")  # doctest: +SKIP
>>> loopsim.cut(scenario, ["outcome"], seeds=8).effects                         # doctest: +SKIP
"""

from loopsim.twins.cut import cut
from loopsim.twins.result import CutResult

__all__ = ["CutResult", "cut"]

"""Exact twins: the same world with a loop cut, or nudged a little.

>>> import loopsim
>>> scenario = loopsim.Scenario.load("scenarios/lending/selective_labels.yaml")  # doctest: +SKIP
>>> loopsim.cut(scenario, ["outcome"], seeds=8).effects                         # doctest: +SKIP
>>> loopsim.attribute(scenario, metrics=["true.calibration"]).table             # doctest: +SKIP
>>> loopsim.gain(scenario, "scores", group="black").table                       # doctest: +SKIP
>>> loopsim.observability(scenario, ["outcome"], "true.calibration").verdict    # doctest: +SKIP
"""

from loopsim.twins.attribution import attribute
from loopsim.twins.attribution_result import Attribution
from loopsim.twins.boundary import Boundary, boundary
from loopsim.twins.cut import cut
from loopsim.twins.gain import gain
from loopsim.twins.gain_result import Gain
from loopsim.twins.observability import observability
from loopsim.twins.observability_result import Observability
from loopsim.twins.pushes.base import Perturbation
from loopsim.twins.result import CutResult
from loopsim.twins.stability import StabilityMap, stability_map

__all__ = [
    "Attribution",
    "Boundary",
    "CutResult",
    "Gain",
    "Observability",
    "Perturbation",
    "StabilityMap",
    "attribute",
    "boundary",
    "cut",
    "gain",
    "observability",
    "stability_map",
]

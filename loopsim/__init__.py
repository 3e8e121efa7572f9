"""loopsim: a laboratory for feedback loops in machine-learning systems.

>>> import loopsim
>>> scenario = loopsim.Scenario.load("scenarios/lending/selective_labels.yaml")  # doctest: +SKIP
>>> run = loopsim.run(scenario)                                                  # doctest: +SKIP
>>> run.metrics()                                                                # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public names and where they live. They are imported when they are first used, so that the command
# line starts fast (PEP 562).
_HOMES = {
    "Scenario": "loopsim.scenario",
    "Simulation": "loopsim.simulation",
    "Draws": "loopsim.draws",
    "Edge": "loopsim.edges",
    "Edges": "loopsim.edges",
    "Population": "loopsim.population",
    "Cases": "loopsim.cases",
    "Run": "loopsim.runs",
    "run": "loopsim.runs",
    "resume": "loopsim.runs",
    "open": "loopsim.runs",
    "cut": "loopsim.twins",
    "attribute": "loopsim.twins",
    "gain": "loopsim.twins",
    "boundary": "loopsim.twins",
    "stability_map": "loopsim.twins",
    "StabilityMap": "loopsim.twins",
    "observability": "loopsim.twins",
    "compare": "loopsim.studies.compare",
    "Study": "loopsim.studies",
    "evaluate": "loopsim.studies",
    "sweep": "loopsim.studies.sweep",
    "sensitivity": "loopsim.studies.sensitivity",
    "optimise": "loopsim.studies.optimise",
    "gym": "loopsim.steering",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'loopsim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

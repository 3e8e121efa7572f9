"""What do parameters do? Metrics over their values, with intervals.

>>> import loopsim
>>> sweep = loopsim.sweep(scenario, {"policy.explore": [0, 0.05, 0.1]}, seeds=20)  # doctest: +SKIP
>>> sweep.table                                                                     # doctest: +SKIP
"""

from loopsim.studies.sweep.result import Sweep
from loopsim.studies.sweep.running import sweep

__all__ = ["Sweep", "sweep"]

"""Which parameters matter? Morris and Sobol indices of what a scenario ends at.

>>> import loopsim
>>> over = {"policy.explore": (0, 0.2), "labels.noise": (0, 0.1)}
>>> found = loopsim.sensitivity(scenario, over, "true.calibration", "sobol")   # doctest: +SKIP
>>> found.table                                                                # doctest: +SKIP
"""

from loopsim.studies.sensitivity.result import Sensitivity
from loopsim.studies.sensitivity.running import sensitivity

__all__ = ["Sensitivity", "sensitivity"]

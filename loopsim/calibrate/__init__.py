"""Fitting a world to real rows.

>>> from loopsim.calibrate import lending
>>> report = lending("loans.csv", label="default", bad=1, out="world")  # doctest: +SKIP
>>> print(report)                                                       # doctest: +SKIP
"""

from loopsim.calibrate.calibration import lending
from loopsim.calibrate.report import CalibrationReport

__all__ = ["CalibrationReport", "lending"]

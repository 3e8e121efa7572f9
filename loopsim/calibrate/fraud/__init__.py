"""Fitting the fraud world to a transaction file.

>>> from loopsim.calibrate.fraud import calibrate
>>> report = calibrate("payments.csv", card="card", terminal="shop", amount="amount",
...                    time="time", label="is_fraud", out="world")  # doctest: +SKIP
"""

from loopsim.calibrate.fraud.calibration import calibrate
from loopsim.calibrate.fraud.report import FraudReport

__all__ = ["FraudReport", "calibrate"]

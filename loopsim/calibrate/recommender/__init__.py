"""Fitting the recommender world to an interaction file.

>>> from loopsim.calibrate.recommender import calibrate
>>> report = calibrate("ratings.csv", user="user_id", item="item_id", rating="rating",
...                    time="timestamp", out="world")  # doctest: +SKIP
"""

from loopsim.calibrate.recommender.calibration import calibrate
from loopsim.calibrate.recommender.report import TastesReport

__all__ = ["TastesReport", "calibrate"]

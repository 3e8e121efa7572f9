"""Experiments: one published claim a file, its figures checked against their bands.

An experiment is a Python file in ``experiments/`` with ``CLAIM``, ``SOURCE``, ``checks()`` (a list
of `Check`) and ``draw(checks, path)``.
"""

from loopsim.experiment.check import Check, Result
from loopsim.experiment.running import names, run

__all__ = ["Check", "Result", "names", "run"]

"""Experiments: one claim a file, its figures checked against bands and kept in the repository.

An experiment is a Python file in ``experiments/`` (a pathology: in ``experiments/pathologies/``) of
the form that `loopsim.experiment.form` describes. It has ``checks()``, a list of `Check`, and
``draw(checks, path)``. A pathology is mostly one `Trial`: arms of a scenario over paired seeds.
"""

from loopsim.edges import LOOPS
from loopsim.experiment.check import Check
from loopsim.experiment.effects import above, below, within
from loopsim.experiment.files import names
from loopsim.experiment.form import Experiment, load
from loopsim.experiment.picture import Panel
from loopsim.experiment.running import Result, run
from loopsim.experiment.trial import Trial

#: The changes of an arm in which no loop is closed.
ALL_CUT = {f"loops.{loop}": 0.0 for loop in LOOPS}

__all__ = [
    "ALL_CUT", "Check", "Experiment", "Panel", "Result", "Trial", "above", "below", "load", "names",
    "run", "within",
]  # fmt: skip

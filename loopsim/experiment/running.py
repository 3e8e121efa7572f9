"""Run an experiment: its figures and its picture, beside what is committed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from loopsim.errors import InputError
from loopsim.experiment import files, reference
from loopsim.experiment.check import Check
from loopsim.experiment.form import load


@dataclass(frozen=True)
class Result:
    """A run of an experiment.

    Attributes
    ----------
    name, kind : str
    checks : tuple of Check
    differences : tuple of str
        From what is committed, a line a figure; none if it is the same. Of a file that was named
        by its path nothing is committed, and nothing is compared.
    seconds : float
        Wall time.
    folder : Path
        Where figure.png and figures.json are.
    """

    name: str
    kind: str
    checks: tuple[Check, ...]
    differences: tuple[str, ...]
    seconds: float
    folder: Path

    @property
    def verdict(self) -> str:
        """How many checks hold, and which are missed."""
        return reference.verdict([(check.name, check.verdict) for check in self.checks])


def run(name: str, out: str | Path | None = None, write: bool = False) -> Result:
    """Run one experiment, write its figure and figures.json, and compare with what is committed.

    Parameters
    ----------
    name : one of `names`, or the path of an experiment's file
    out : folder, by default ``results/runs/experiments/<name>``, which is not committed
    write : bool
        Write to ``results/reference/<name>`` instead: what is there is replaced.

    Raises
    ------
    InputError
        No such experiment, or a file that lacks a part of the form.
    """
    mine = name.endswith(".py")
    if write and (mine or out is not None):
        raise InputError("only experiments by name are written, and only to results/reference")
    experiment = load(name)
    folder = files.REFERENCE if write else files.SCRATCH
    folder = folder / experiment.name if out is None else Path(out)
    start = perf_counter()
    checks = tuple(experiment.checks())
    found = () if mine or write else reference.differences(name, checks)
    folder.mkdir(parents=True, exist_ok=True)
    reference.write_figures(folder, experiment.claim, experiment.source, checks)
    experiment.draw(checks, folder / reference.PICTURE)
    seconds = perf_counter() - start
    if write:
        reference.write_timing(folder, seconds)
    return Result(name, experiment.kind, checks, tuple(found), seconds, folder)

"""Alerts teach one model and delayed labels another; what they believe is averaged.

After Dal Pozzolo, Boracchi, Caelen, Alippi and Bontempi (2018), Credit Card Fraud Detection: a
Realistic Modeling and a Novel Learning Strategy. Cases that somebody looks into at once are few,
and picked by the model; the labels of all others are old. In one pot the many drown the few.
"""

from __future__ import annotations

import zipfile
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotFit, CannotSave, Floats, Model, Origins

PARTS = {
    "aggregated": ("delayed", "feedback"),
    "delayed": ("delayed",),
    "feedback": ("feedback",),
    "pooled": ("pooled",),
}


class SeparateModel:
    """One model of the rows that are as old as the delay or older, one of those that are younger.

    A younger row's label can only have come early: somebody looked. A part whose rows allow no
    model is left out; where only one is there, it decides alone.

    Parameters
    ----------
    inner : Model
        Unfitted; what each part is.
    use : {"aggregated", "delayed", "feedback", "pooled"}
        Both parts, one of them, or one model of all rows.
    delay : int
        Rounds until a label comes that nobody looked up.
    share : float
        Of the mean score that is the feedback model's, in 0 .. 1.

    Attributes
    ----------
    parts : dict of fitted models
        Empty before the first fit.
    """

    name, needs_origins = "separate", True

    def __init__(self, inner: Model, use: str, delay: int, share: float) -> None:
        self.inner, self.use, self.delay, self.share = inner, use, delay, share
        self.takes_weights = getattr(inner, "takes_weights", True)
        self.parts: dict[str, Model] = {}
        self.fit_warnings: tuple[str, ...] = ()

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int,
        *, origins: Origins,
    ) -> SeparateModel:  # fmt: skip
        """A new one, of those parts whose rows allow a model; CannotFit if none does."""
        other, reasons = copy(self), []
        other.parts = {}
        for name in PARTS[self.use]:
            rows = self._rows(name, origins)
            weight = None if weights is None else weights[rows]
            try:
                before = self.parts.get(name, self.inner)
                other.parts[name] = before.fit(features[rows], labels[rows], weight, random_state)
            except CannotFit as error:
                reasons.append(f"{name}: {error}")
        if not other.parts:
            raise CannotFit("; ".join(reasons))
        said = (getattr(part, "fit_warnings", ()) for part in other.parts.values())
        other.fit_warnings = tuple(dict.fromkeys(warning for part in said for warning in part))
        return other

    def _rows(self, part: str, origins: Origins) -> NDArray[np.int64]:
        late = origins.age >= self.delay
        every = np.ones(late.size, dtype=bool)
        return np.flatnonzero({"delayed": late, "feedback": ~late, "pooled": every}[part])

    def score(self, features: Any) -> Floats:
        """(n,) the mean of what the parts believe."""
        if not self.parts:
            return self.inner.score(features)
        scores = {name: part.score(features) for name, part in self.parts.items()}
        if len(scores) == 1:
            return next(iter(scores.values()))
        return self.share * scores["feedback"] + (1.0 - self.share) * scores["delayed"]

    def save(self, path: Any) -> None:
        """Write the parts, each as its kind saves it, in one archive."""
        if not self.parts:
            raise CannotSave(f"{self.name}: it has not been fitted")
        with TemporaryDirectory() as folder, zipfile.ZipFile(path, "w") as archive:
            for name, part in self.parts.items():
                part.save(file := Path(folder) / name)
                archive.writestr(zipfile.ZipInfo(name), file.read_bytes())  # of 1 January 1980

    def load(self, path: Any) -> SeparateModel:
        """Read what `save` wrote; RunFolderError if it is something else."""
        other = copy(self)
        try:
            with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
                other.parts = {
                    name: self.inner.load(archive.extract(name, folder))
                    for name in PARTS[self.use]
                    if name in archive.namelist()
                }
        except (OSError, zipfile.BadZipFile) as error:
            raise RunFolderError(f"{path}: not a saved {self.name} model ({error})") from error
        except RunFolderError as error:
            raise RunFolderError(f"{path}: {error}") from error
        if not other.parts:
            raise RunFolderError(f"{path}: no part of a saved {self.name} model in it")
        return other

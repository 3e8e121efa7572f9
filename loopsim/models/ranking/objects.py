"""Recommenders around an object of somebody else's: an estimator or a class of the user's own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np

from loopsim.errors import PluginError, RunFolderError
from loopsim.models import storage
from loopsim.models.base import CannotSave
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.slates import Visits

Own = TypeVar("Own", bound="ObjectModel")


class ObjectModel(ArrayModel):
    """Arrays, and beside them a fitted object that skops saves.

    Parameters
    ----------
    name : str
    unfitted : object
    """

    def __init__(self, name: str, unfitted: Any) -> None:
        super().__init__()
        self.name, self.unfitted = name, unfitted
        self.fitted: Any = None

    def wrong(self, message: str) -> PluginError:
        """The object gave what it must not."""
        return PluginError(self.name, message, version=None, round=None)

    def save(self, path: Any) -> None:
        """One file of arrays; the object's skops archive is one of them."""
        if self.fitted is None:
            raise CannotSave(f"{self.name}: it has not been fitted")
        with TemporaryDirectory() as folder:
            file = Path(folder, "object")
            try:
                storage.write(self.fitted, file, storage.packages(self.unfitted))
            except CannotSave as error:
                raise CannotSave(f"{self.name}: {error}") from error
            archive = np.frombuffer(file.read_bytes(), dtype=np.uint8)
        self.write(path, {**self.learnt, "object": archive})

    def load(self: Own, path: Any) -> Own:
        """Read what `save` wrote; types that are not trusted are refused, nothing is executed."""
        other = super().load(path)
        archive = other.learnt.pop("object", np.empty(0, dtype=np.uint8))
        with TemporaryDirectory() as folder:
            file = Path(folder, "object")
            file.write_bytes(archive.tobytes())
            try:
                other.fitted = storage.read(file, storage.packages(self.unfitted))
            except RunFolderError as error:
                raise RunFolderError(str(error).replace(str(file), str(path))) from error
        if type(other.fitted) is not type(self.unfitted):
            found, mine = type(other.fitted).__name__, type(self.unfitted).__name__
            raise RunFolderError(f"{path}: holds a {found}, not the {mine} of {self.name}")
        return other


def part(visits: Visits, at: slice) -> Visits:
    """Some of the visits."""
    return Visits(visits.users[at], visits.attributes[at], visits.exclude[at], visits.catalogue)

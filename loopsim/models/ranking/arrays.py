"""Recommenders whose whole knowledge is a few arrays: saved as such, loaded without any code."""

from __future__ import annotations

import copy
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotSave

Own = TypeVar("Own", bound="ArrayModel")


class ArrayModel:
    """What such models share.

    Attributes
    ----------
    learnt : dict of arrays
        Empty before the first fit.
    """

    name: ClassVar[str] = "arrays"
    takes_weights: ClassVar[bool] = True

    def __init__(self) -> None:
        self.learnt: dict[str, NDArray[Any]] = {}

    def having(self: Own, **learnt: NDArray[Any]) -> Own:
        """A copy of this model that knows these arrays."""
        other = copy.copy(self)
        other.learnt = learnt
        return other

    def save(self, path: Any) -> None:
        """Write the arrays (NumPy's own format, no pickles)."""
        if not self.learnt:
            raise CannotSave(f"{self.name}: it has not been fitted")
        with open(path, "wb") as file:
            np.savez(file, allow_pickle=False, model=np.array(self.name), **self.learnt)  # type: ignore[arg-type]

    def load(self: Own, path: Any) -> Own:
        """Read what `save` wrote; RunFolderError if it is of another model."""
        try:
            with np.load(path, allow_pickle=False) as found:
                learnt = dict(found)
        except (ValueError, OSError, EOFError, KeyError) as error:
            raise RunFolderError(f"{path}: no arrays of a model: {error}") from error
        if str(learnt.pop("model", "")) != self.name:
            raise RunFolderError(f"{path}: not a model of the kind {self.name}")
        return self.having(**learnt)

"""tastes.npz: users, items and their laws, as `loopsim calibrate recommender` fits them.

One NumPy archive, read and written with ``allow_pickle=False``. With n users, m items, f factors, d
attributes and k places it holds these arrays (``stars`` only where the data had any):

====================  ==========  =================================================================
``format``            ()          the string ``loopsim recommender tastes 1``
``users``             (n, f)      float32: tastes
``items``             (m, f)      float32: items in the same space
``item_bias``         (m,)        float32: what an item adds to the log-odds for everybody
``activity``          (n,)        float32 > 0: how often a user comes, in any unit (only its ratio
                                  to the mean counts; `environment.visits` sets the mean)
``popularity``        (m,)        float32 ≥ 0: interactions in the data (not read by the world; kept
                                  for the report and for comparisons)
``user_group``        (n,)        int8: index into ``groups``
``item_attributes``   (m, d)      float32 ≥ 0, d ≥ 1: what is known of an item (genres ...); rows
                                  are divided by their sum, a row of zeros becomes even shares
``creator``           (m,)        int64 in 0 .. creators − 1: who made it (all 0 if unknown)
``position``          (k,)        float32 > 0: attention at each place over that at the top, so
                                  ``position[0]`` is 1; beyond k the last one holds
``intercept``         ()          float32
``groups``            (g,)        strings: names of the groups, at least one
``attributes``        (d,)        strings: names of the attributes
``stars``             (5,)        float64: slope and ascending cuts of the law of stars, see
                                  `loopsim.environments.recommender.stars.StarLaw`
====================  ==========  =================================================================

The law that they stand for is the multinomial logit of `loopsim.environments.recommender.kernels`:
user i, shown items j at places p, picks one of them with weight
``position[p]·exp(intercept + item_bias[j] + users[i]·items[j])`` against a weight of 1 for none.

>>> import numpy as np, tempfile, pathlib
>>> made = Tastes(
...     users=np.eye(2), items=np.eye(2), item_bias=np.zeros(2), activity=np.ones(2),
...     popularity=np.ones(2), user_group=np.zeros(2), item_attributes=np.eye(2),
...     creator=np.zeros(2), position=np.ones(1), intercept=np.array(-1.0),
...     groups=np.array(["all"]), attributes=np.array(["calm", "loud"]))
>>> file = pathlib.Path(tempfile.mkdtemp()) / "tastes.npz"
>>> made.save(file)
>>> Tastes.load(file).users.dtype
dtype('float32')
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.recommender.tastes_file import FORMAT, OPTIONAL, SHAPES, shapes
from loopsim.errors import DataError

TYPES: dict[str, Any] = {
    "users": np.float32, "items": np.float32, "item_bias": np.float32, "activity": np.float32,
    "popularity": np.float32, "user_group": np.int8, "item_attributes": np.float32,
    "creator": np.int64, "position": np.float32, "intercept": np.float32, "groups": np.str_,
    "attributes": np.str_, "stars": np.float64,
}  # fmt: skip


@dataclass
class Tastes:
    """The arrays of the table above, in its types and order; checked when made.

    Raises
    ------
    DataError
        If an array has another shape, or values that are not allowed.
    """

    users: NDArray[np.float32]
    items: NDArray[np.float32]
    item_bias: NDArray[np.float32]
    activity: NDArray[np.float32]
    popularity: NDArray[np.float32]
    user_group: NDArray[np.int8]
    item_attributes: NDArray[np.float32]
    creator: NDArray[np.int64]
    position: NDArray[np.float32]
    intercept: NDArray[np.float32]
    groups: NDArray[np.str_]
    attributes: NDArray[np.str_]
    stars: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for name, kind in self._types().items():
            setattr(self, name, np.asarray(getattr(self, name), dtype=kind, order="C"))
        self._shapes()
        for name, kind in self._types().items():
            if kind in (np.float32, np.float64) and not np.isfinite(getattr(self, name)).all():
                raise DataError(f"{name}: every number must be finite")
        self._values()

    def _types(self) -> dict[str, Any]:
        return {
            name: kind
            for name, kind in TYPES.items()
            if name not in OPTIONAL or getattr(self, name) is not None
        }

    def _shapes(self) -> None:
        lengths: dict[str, int] = {}
        for name, letters in SHAPES.items():
            shape = getattr(self, name).shape
            if len(shape) != len(letters):
                raise DataError(f"{name}: has {len(shape)} dimensions, not {len(letters)}")
            for letter, length in zip(letters, shape, strict=True):
                if lengths.setdefault(letter, length) != length or length == 0:
                    raise DataError(f"{name}: shape {shape} does not fit the other arrays")

    def _values(self) -> None:
        stars = self.stars
        rules = {
            "stars": (
                stars is None or (stars.shape == (5,) and bool((np.diff(stars[1:]) > 0).all())),
                "must be a slope and four ascending cuts",
            ),
            "activity": ((self.activity > 0).all(), "must be > 0"),
            "popularity": ((self.popularity >= 0).all(), "must be >= 0"),
            "item_attributes": ((self.item_attributes >= 0).all(), "must be >= 0"),
            "position": ((self.position > 0).all(), "must be > 0"),
            "creator": ((self.creator >= 0).all(), "must be >= 0"),
            "user_group": (
                ((self.user_group >= 0) & (self.user_group < self.groups.size)).all(),
                f"must be an index of groups (0 to {self.groups.size - 1})",
            ),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise DataError(f"{name}: {rule}")

    def save(self, path: str | Path) -> None:
        """Write the archive (no pickles); a run reads it without running any code."""
        arrays = {name: getattr(self, name) for name in self._types()}
        with open(path, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, format=np.array(FORMAT), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> Tastes:
        """Read an archive; DataError names the file and what is wrong with it."""
        try:
            shapes(path)
            with np.load(path, allow_pickle=False) as archive:
                there = [name for name in TYPES if name not in OPTIONAL or name in archive]
                return cls(**{name: archive[name] for name in there})
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
        except (OSError, ValueError, EOFError) as error:
            raise DataError(f"{path}: not an archive of tastes: {error}") from error

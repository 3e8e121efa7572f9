"""What the columns of a feature matrix mean.

Inside loopsim features are one (n, d) float64 matrix: fast to copy, score, log and checkpoint. NaN
is a missing value; a category is its code. Names and categories are put back at the door to a
user's estimator, in the log and in reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Schema:
    """Names of the features, in column order, and the levels of those that are categories.

    >>> schema = Schema(("income", "home"), {"home": ("owns", "rents")})
    >>> schema.frame(np.array([[1.5, 1.0], [np.nan, 0.0]]))
       income   home
    0     1.5  rents
    1     NaN   owns
    """

    names: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """The column of a feature; KeyError names what there is."""
        if name not in self.names:
            raise KeyError(f"no feature {name!r}; there are {', '.join(self.names)}")
        return self.names.index(name)

    def without(self, hidden: Collection[str]) -> Schema:
        """The schema of the features that are left."""
        names = tuple(name for name in self.names if name not in hidden)
        return Schema(names, {n: levels for n, levels in self.levels.items() if n in names})

    def places(self, part: Schema) -> NDArray[np.intp]:
        """The columns in which the features of a part of it stand."""
        return np.array([self.index(name) for name in part.names], dtype=np.intp)

    def frame(self, matrix: NDArray[np.float64]) -> pd.DataFrame:
        """The matrix as a DataFrame: numbers, and categories with NaN where missing."""
        import pandas as pd

        columns: dict[str, Any] = {}
        for j, name in enumerate(self.names):
            values = matrix[:, j]
            if name in self.levels:
                codes = np.where(np.isnan(values), -1, values).astype(np.int32)
                values = pd.Categorical.from_codes(codes, list(self.levels[name]))
            columns[name] = values
        return pd.DataFrame(columns)

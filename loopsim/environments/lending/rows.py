"""People who are rows of a real table.

``loopsim calibrate lending`` writes two files: the people, and the law by which they repay. Here
they become a population: everybody is a row drawn with replacement, features kept together as they
were.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.lending.law_file import EVENTS, TABLES, read_law
from loopsim.environments.lending.scorecard import Scorecard
from loopsim.errors import DataError
from loopsim.features import Schema
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd


def read_table(path: str | Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a CSV, a gzipped CSV or a Parquet file.

    Parameters
    ----------
    path : path
        The ending says what it is: ``.csv``, ``.csv.gz`` or ``.parquet``.
    columns : sequence of str, optional
        Only these; DataError names those that are missing, and the nearest that there are.
    """
    import pandas as pd

    file = Path(path)
    parquet = file.name.lower().endswith(".parquet")
    if not file.name.lower().endswith(TABLES):
        raise DataError(f"{path}: not a table that can be read; allowed are {', '.join(TABLES)}")
    if not file.is_file():
        raise DataError(f"{path}: {'it is a folder' if file.is_dir() else 'no such file'}")
    try:
        if parquet:
            frame = pd.read_parquet(file)
        else:
            _refuse_twins(path, pd.read_csv(file, header=None, nrows=1, dtype=str))
            frame = pd.read_csv(file, low_memory=False)
    except pd.errors.EmptyDataError:
        raise DataError(f"{path}: the file is empty") from None
    except (OSError, EOFError, ValueError, pd.errors.ParserError) as error:
        why = str(error).strip().splitlines()[0]
        raise DataError(f"{path}: cannot be read as a table: {why}") from error
    frame.columns = [str(name) for name in frame.columns]
    return frame if columns is None else frame[_present(path, frame, columns)]


def _refuse_twins(path: str | Path, header: pd.DataFrame) -> None:
    names = header.iloc[0]
    twins = names[names.duplicated() & names.notna()].unique()
    if len(twins):
        raise DataError(f"{path}: columns that occur twice: {', '.join(twins)}; rename one of each")


def _present(path: str | Path, frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    lost = [name for name in columns if name not in frame]
    if lost:
        hints = [f"no column {name!r}. {nearest(name, frame)}".strip() for name in lost]
        raise DataError("\n".join(f"{path}: {hint}" for hint in hints))
    return list(dict.fromkeys(columns))


def text(value: Any) -> str:
    """A category's name; whole numbers have no decimals, so that 1, 1.0 and "1" are one level.

    >>> text(1.0), text("owns"), text(True)
    ('1', 'owns', 'True')
    """
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def codes(values: pd.Series, levels: Sequence[str], where: str) -> NDArray[np.float64]:
    """(n,) codes of a column's values in `levels`, NaN where missing; DataError on others."""
    import pandas as pd

    position, names = pd.factorize(values)
    table = {level: float(i) for i, level in enumerate(levels)}
    strange = [text(name) for name in names if text(name) not in table]
    if strange:
        known = ", ".join(levels)
        hint = nearest(strange[0], levels)
        raise DataError(f"{where} = {strange[0]!r}: the law knows {known}. {hint}".strip())
    known_codes = np.array([table[text(name)] for name in names] + [np.nan])
    return known_codes[position]  # -1, a missing value, is the last of them


def numbers(values: pd.Series, where: str) -> NDArray[np.float64]:
    """(n,) floats of a column, NaN where missing; DataError on text and on infinite values."""
    import pandas as pd

    made = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.isinf(made) | (np.isnan(made) & values.notna().to_numpy())
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        found = f"{where}, row {row + 1} = {text(values.iloc[row])!r}"
        raise DataError(f"{found}: must be a finite number or missing")
    return made


class RowsSource:
    """A population of resampled rows with a fitted law of repayment.

    Parameters
    ----------
    path : path
        The people: a CSV, CSV.GZ or Parquet file with the law's features and group.
    law : path
        ``law.json``, as written by ``loopsim calibrate lending``.
    hidden : float, optional
        Strength of the unobserved factor, in log-odds a standard deviation; the law file's if None.

    Attributes
    ----------
    schema : Schema
    groups : tuple of str
    limits : (2, d) float64 array
        Lowest and highest value of each feature in the rows that the law was fitted to.
    law : Scorecard
        Log-odds of repayment given the features, the unobserved factor averaged out.
    hidden : float
    moves : dict
        How features move, by event: ``{"repaid": {"savings": 100.0}}``.

    Raises
    ------
    DataError
        If a file cannot be used, naming file, column or key, value and what is allowed.
    """

    hidden: float

    def __init__(self, path: str | Path, law: str | Path, hidden: float | None = None) -> None:
        made = read_law(law)
        try:
            self._read_facts(made)
        except (KeyError, TypeError, ValueError) as error:
            what = f"no {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
            raise DataError(f"{law}: {what}; write it anew with `loopsim calibrate`") from error
        if hidden is not None:
            self.hidden = float(hidden)
        self._read_people(path, made["group"]["column"])

    def _read_facts(self, made: dict[str, Any]) -> None:
        features = made["features"]
        levels = {f["name"]: tuple(f["levels"]) for f in features if "levels" in f}
        self.schema = Schema(tuple(f["name"] for f in features), levels)
        self.groups = tuple(made["group"]["groups"])
        self.limits = np.array([[f["lower"] for f in features], [f["upper"] for f in features]])
        self.law = Scorecard.from_dict(made["law"])
        self.hidden = float(made["hidden"])
        self.moves = {event: dict(made["moves"].get(event, {})) for event in EVENTS}
        if tuple(term.feature for term in self.law.terms) != self.schema.names:
            raise ValueError("the law's terms are not its features, in their order")
        if len(self.law.intercept) not in (1, len(self.groups)):
            raise ValueError(f"{len(self.law.intercept)} intercepts for {len(self.groups)} groups")

    def _read_people(self, path: str | Path, group: str | None) -> None:
        frame = read_table(path, [*self.schema.names, *([] if group is None else [group])])
        if frame.empty:
            raise DataError(f"{path}: there are no rows")
        self._features = np.empty((len(frame), len(self.schema)))
        for j, name in enumerate(self.schema.names):
            where, levels = f"{path}: column {name!r}", self.schema.levels.get(name)
            if levels is None:
                self._features[:, j] = numbers(frame[name], where)
            else:
                self._features[:, j] = codes(frame[name], levels, where)
        self._group = np.zeros(len(frame), dtype=np.int8)
        if group is not None:
            values = frame[group].astype(object).where(frame[group].notna(), "missing")
            self._group[:] = codes(values, self.groups, f"{path}: column {group!r}")

    def __len__(self) -> int:
        return len(self._group)

    def people(
        self, ids: NDArray[np.int64], draws: Draws
    ) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
        """Draw people with replacement.

        Returns
        -------
        (n, d) float64 array and (n,) int8 array
            Their features and groups. Person i is the same however many there are.
        """
        u = draws.uniform(Stream.PEOPLE, -1, ids)
        row = np.minimum((u * len(self)).astype(np.int64), len(self) - 1)
        return self._features[row], self._group[row]

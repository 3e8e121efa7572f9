"""A fraud world with a bank's own cards, as ``loopsim calibrate fraud`` fits them.

cards.npz is one NumPy archive, read and written with ``allow_pickle=False``. With n cards and g
groups it holds these arrays (an older file has no ``spread``: then it is .5 for all):

==========  =======  ================================================================
``format``  ()       the string ``loopsim fraud cards 1``
``mean``    (n,)     float64 > 0: mean amount of a card's payments
``rate``    (n,)     float64 > 0: mean number of a card's payments in a day
``group``   (n,)     int8: index into ``groups``
``groups``  (g,)     strings: names of the groups, at least one
``spread``  (n,)     float64 > 0: deviation of a card's amounts over ``mean``
==========  =======  ================================================================

Where the cards live and all that befalls them is the world's (`settings.Fraud`).

>>> import numpy as np, tempfile, pathlib
>>> one = np.ones(2)
>>> file = pathlib.Path(tempfile.mkdtemp()) / "cards.npz"
>>> Cards(mean=30.0 * one, rate=one, group=0 * one, groups=np.array(["all"])).save(file)
>>> Cards.load(file).mean
array([30., 30.])
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from loopsim.environments.fraud.settings import Fraud
from loopsim.errors import DataError
from loopsim.settings import InputFile

FORMAT = "loopsim fraud cards 1"


class FraudRows(Fraud):
    """The fraud world with your own cards: how much and how often each pays."""

    kind: Literal["fraud-rows"] = "fraud-rows"  # type: ignore[assignment]
    fixed: ClassVar[tuple[str, ...]] = (*Fraud.fixed, "cards")
    cards: InputFile = Field(description="cards.npz, written by loopsim calibrate fraud")

    def build(self, strengths: dict[str, float]) -> Any:
        """The world, with its loops at these strengths."""
        from loopsim.environments.fraud.own import OwnCards

        return OwnCards(self, strengths)

    def groups(self) -> tuple[str, ...]:
        """The groups of the file."""
        return tuple(map(str, Cards.load(self.cards).groups))


@dataclass
class Cards:
    """The arrays of the table above; checked when made.

    Raises
    ------
    DataError
        If an array has another shape, or values that are not allowed.
    """

    mean: Any
    rate: Any
    group: Any
    groups: Any
    spread: Any = None

    def __post_init__(self) -> None:
        import numpy as np

        if self.spread is None:
            self.spread = np.full(np.size(self.mean), 0.5)
        kinds: dict[str, Any] = {"mean": np.float64, "rate": np.float64, "spread": np.float64}
        kinds |= {"group": np.int8, "groups": np.str_}
        for name, kind in kinds.items():
            setattr(self, name, np.asarray(getattr(self, name), dtype=kind))
            shape = getattr(self, name).shape
            if len(shape) != 1 or shape[0] == 0:
                raise DataError(f"{name}: shape {shape}; must be one row of numbers or names")
        if not self.mean.size == self.rate.size == self.group.size == self.spread.size:
            raise DataError("mean, rate, group, spread: must have the same length")
        for name in ("mean", "rate", "spread"):
            if not (np.isfinite(getattr(self, name)) & (getattr(self, name) > 0)).all():
                raise DataError(f"{name}: every number must be finite and > 0")
        if not ((self.group >= 0) & (self.group < self.groups.size)).all():
            raise DataError(f"group: must be an index of groups (0 to {self.groups.size - 1})")

    def save(self, path: str | Path) -> None:
        """Write the archive (no pickles)."""
        import numpy as np

        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        with open(path, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, format=np.array(FORMAT), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> Cards:
        """Read an archive; DataError names the file and what is wrong with it."""
        import numpy as np

        try:
            with np.load(path, allow_pickle=False) as archive:
                found = dict(archive)
        except FileNotFoundError:
            raise DataError(f"{path}: no such file") from None
        except (OSError, ValueError, EOFError, AttributeError, TypeError) as error:
            raise DataError(f"{path}: not an archive of cards: {error}") from error
        names = [field.name for field in fields(cls)]
        lacking = [name for name in names if name not in found and name != "spread"]
        if str(found.get("format", "")) != FORMAT or lacking:
            raise DataError(f"{path}: not {FORMAT!r}; write it with loopsim calibrate fraud")
        try:
            return cls(**{name: found[name] for name in names if name in found})
        except DataError as error:
            raise DataError(f"{path}: {error}") from None

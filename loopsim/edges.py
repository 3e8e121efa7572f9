"""The five loops. An edge is the one place where a loop is closed or cut.

The environment always writes both columns: what past decisions made of a thing (`carried`) and what
it would be without them (`natural`). The edge chooses which of them is READ. Nothing else in
loopsim asks whether a loop is closed.

>>> import numpy as np
>>> edge = Edge("feature", closed="scores after loans", cut="scores without loans", strength=0.5)
>>> edge.read(np.array([700.0]), np.array([600.0]))
array([650.])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

LOOPS = ("sampling", "outcome", "feature", "model", "oversight")


@dataclass(frozen=True)
class Edge:
    """One loop of one environment.

    Parameters
    ----------
    name : str
        One of `LOOPS`.
    closed, cut : str
        What flows when the loop is closed, and what flows instead when it is cut.
    blend : {"scale", "share"}
        What a strength between 0 and 1 means: ``scale`` reads natural + strength·(carried −
        natural); ``share`` reads the carried value for that share of entities, chosen once and for
        all.
    keeps_rows : bool
        Whether the cut keeps the number of rows, so that an effect is not just more data.
    strength : float
        0 (the same as cut, bit for bit) to 1 (closed).
    """

    name: str
    closed: str
    cut: str
    blend: Literal["scale", "share"] = "scale"
    keeps_rows: bool = True
    strength: float = 1.0

    def read(
        self, carried: Any, natural: Any, draws: Draws | None = None, ids: Any = None
    ) -> NDArray[Any]:
        """Choose between what decisions made (`carried`) and what would be without them
        (`natural`).

        Parameters
        ----------
        carried, natural : array or callable
            Arrays of equal shape, or callables that make them (called only when they are read).
        draws, ids : Draws and (n,) int64 array
            Needed when ``blend`` is ``share``: who is inside the loop.
        """
        if self.strength == 0.0:
            return _made(natural)
        if self.strength == 1.0:
            return _made(carried)
        carried, natural = _made(carried), _made(natural)
        if self.blend == "scale":
            return natural + self.strength * (carried - natural)
        if draws is None or ids is None:
            raise ValueError(f"edge {self.name!r} blends by share: it needs draws and ids")
        shape = (-1,) + (1,) * (carried.ndim - 1)
        return np.where(self.inside(draws, ids).reshape(shape), carried, natural)

    def inside(self, draws: Draws, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(n,) whom the loop reaches: everybody when closed, nobody when cut, else a fixed share.

        For what is either done to a case or not, such as hiding its label.
        """
        if self.strength in (0.0, 1.0):
            return np.full(len(ids), self.strength == 1.0)
        return draws.uniform(Stream.EDGE, 0, ids, k=LOOPS.index(self.name)) < self.strength


def _made(value: Any | Callable[[], Any]) -> Any:
    return value() if callable(value) else value


@dataclass(frozen=True)
class Edges:
    """An environment's table of its five loops."""

    sampling: Edge
    outcome: Edge
    feature: Edge
    model: Edge
    oversight: Edge

    def __iter__(self) -> Iterator[Edge]:
        return (getattr(self, name) for name in LOOPS)

    def with_strengths(self, strengths: dict[str, float]) -> Edges:
        """The same table with other strengths, by loop name; 0 is cut."""
        table = {name: replace(getattr(self, name), strength=s) for name, s in strengths.items()}
        return replace(self, **table)

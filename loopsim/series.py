"""Figures over rounds, in both ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LEDGERS = ("observed", "true")


class Series:
    """Every metric of every round, one block of figures a round and ledger.

    Parameters
    ----------
    groups : names; figures come as (1 + groups,) arrays, everybody ("all") first.
    """

    def __init__(self, groups: tuple[str, ...]) -> None:
        self.groups = ("all", *groups)
        self._names: dict[str, list[str]] = {ledger: [] for ledger in LEDGERS}
        self._rounds: dict[str, list[int]] = {ledger: [] for ledger in LEDGERS}
        self._values: dict[str, list[NDArray[np.float64]]] = {ledger: [] for ledger in LEDGERS}

    def add(self, t: int, ledger: str, figures: dict[str, NDArray[np.float64]]) -> None:
        """One round's figures; every round has the same names."""
        self._names[ledger] = self._names[ledger] or list(figures)
        self._rounds[ledger].append(t)
        self._values[ledger].append(np.stack(list(figures.values())))

    def values(self, ledger: str, metric: str, group: str = "all") -> NDArray[np.float64]:
        """(rounds,) one figure over rounds; KeyError names what there is."""
        names = self._names[ledger]
        if metric not in names:
            raise KeyError(f"no {ledger} metric {metric!r}; there are {', '.join(names)}")
        at = names.index(metric), self.groups.index(group)
        return np.array([block[at] for block in self._values[ledger]])

    def since(self, ledger: str, t: int, metric: str) -> NDArray[np.float64]:
        """One figure of everybody from round t on; empty where no round has shown it."""
        known = metric in self._names[ledger]
        return self.values(ledger, metric)[t:] if known else np.empty(0)

    def latest(self, ledger: str) -> NDArray[np.float64]:
        """(metrics, 1 + groups) the figures of the last round, metrics as in `names`."""
        return self._values[ledger][-1]

    def tail(self, ledger: str, rounds: int) -> NDArray[np.float64]:
        """(up to rounds, metrics, 1 + groups) the figures of the last so many rounds."""
        return np.stack(self._values[ledger][-rounds:])

    def names(self, ledger: str) -> tuple[str, ...]:
        """The metrics of a ledger."""
        return tuple(self._names[ledger])

    def frame(self) -> pd.DataFrame:
        """Long form: columns round, ledger, metric, group, value (only figures that can exist)."""
        import pandas as pd

        frames = [self._long(ledger) for ledger in LEDGERS if self._rounds[ledger]]
        columns = ["round", "ledger", "metric", "group", "value"]
        if not frames:
            return pd.DataFrame({c: [] for c in columns})
        return pd.concat(frames, ignore_index=True)

    def _long(self, ledger: str) -> pd.DataFrame:
        import pandas as pd

        block = np.stack(self._values[ledger])
        rounds, metrics, groups = block.shape
        names = self._names[ledger]
        one = [not n.startswith(("gap.", "pressure.")) for n in names]
        keep = np.ones((rounds, metrics, groups), dtype=bool)
        keep[:, :, 1:] = np.array(one)[None, :, None]
        at = np.nonzero(keep.ravel())[0]
        r, rest = np.divmod(at, metrics * groups)
        m, g = np.divmod(rest, groups)
        return pd.DataFrame(
            {
                "round": np.array(self._rounds[ledger], dtype=np.int32)[r],
                "ledger": pd.Categorical.from_codes(
                    np.full(at.size, LEDGERS.index(ledger)), list(LEDGERS)
                ),
                "metric": np.array(names, dtype=object)[m],
                "group": np.array(self.groups, dtype=object)[g],
                "value": block.ravel()[at],
            }
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        state: dict[str, NDArray[Any]] = {}
        for ledger in LEDGERS:
            if self._rounds[ledger]:
                state[f"{ledger}.names"] = np.array(self._names[ledger])
                state[f"{ledger}.rounds"] = np.array(self._rounds[ledger])
                state[f"{ledger}.values"] = np.stack(self._values[ledger])
        return state

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        for ledger in LEDGERS:
            if f"{ledger}.names" in state:
                self._names[ledger] = [str(name) for name in state[f"{ledger}.names"]]
                self._rounds[ledger] = [int(t) for t in state[f"{ledger}.rounds"]]
                self._values[ledger] = list(state[f"{ledger}.values"])

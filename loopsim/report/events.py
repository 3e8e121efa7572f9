"""The events of a run on its time axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Events are grey and black, each kind with a marker and a dash of its own: colour is for data.
STYLES = {
    "retrained": ("|", "0.55", (0, (1, 2))),
    "kept": ("X", "0.25", (0, (5, 2))),
    "warned": ("^", "0.45", None),
    "shock": ("D", "0.0", "-"),
}
_OTHER = ("o", "0.45", None)
_MOST = 40  # with more of a kind, guide lines would hide the data


class Events:
    """When something happened, by kind.

    Parameters
    ----------
    events : sequence of dict
        With ``round`` and ``kind``.

    Attributes
    ----------
    kinds : list of str
        Those that happened: versions first, then what went wrong, then shocks.
    last : int
        The round of the last one; 0 if there are none.
    """

    def __init__(self, events: Sequence[dict[str, Any]]) -> None:
        happened = {event["kind"] for event in events}
        self.kinds = [k for k in STYLES if k in happened] + sorted(happened - set(STYLES))
        self._rounds = {
            kind: sorted({int(event["round"]) for event in events if event["kind"] == kind})
            for kind in self.kinds
        }
        self.last = max((rounds[-1] for rounds in self._rounds.values()), default=0)

    def strip(self, axis: Any) -> None:
        """All of them on a strip, one row a kind, named at its left."""
        for row, kind in enumerate(self.kinds):
            marker, colour, _ = STYLES.get(kind, _OTHER)
            rounds = self._rounds[kind]
            axis.plot(rounds, [row] * len(rounds), marker, color=colour, markersize=5)
        axis.set_yticks(range(len(self.kinds)), self.kinds)
        axis.set_ylim(len(self.kinds) - 0.4, -0.6)
        axis.tick_params(length=0)
        axis.spines[["left", "bottom"]].set_visible(False)
        axis.grid(axis="y", color="0.9", linewidth=0.8)
        axis.set_axisbelow(True)
        axis.set_title("events", fontsize=9, loc="left", pad=4, y=1.0)

    def guide(self, axis: Any) -> None:
        """Thin lines down through a panel, below its data."""
        from matplotlib.collections import LineCollection

        for kind, rounds in self._rounds.items():
            _, colour, dash = STYLES.get(kind, _OTHER)
            if dash is None or len(rounds) > _MOST:
                continue
            lines = LineCollection(
                [[(t, 0.0), (t, 1.0)] for t in rounds],
                colors=colour,
                linestyles=[dash],
                linewidths=0.7,
                alpha=0.6,
                zorder=0,
                transform=axis.get_xaxis_transform(),
            )
            axis.add_collection(lines, autolim=False)

"""What the figures of twins have in common: colours (Okabe and Ito 2008), axes, whole files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

COLOURS = {
    "all": "#222222",
    "sampling": "#E69F00",
    "outcome": "#0072B2",
    "feature": "#009E73",
    "model": "#CC79A7",
    "oversight": "#56B4E9",
}
RUNAWAY, CORRECTING, UNKNOWN = "#D55E00", "#0072B2", "#999999"
VERDICTS = {"runaway": RUNAWAY, "self-correcting": CORRECTING, "cannot tell": UNKNOWN}


def figure(width: float, height: float) -> Any:
    """An empty figure, in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", dpi=140)


def plain(axis: Any, title: str = "") -> None:
    """No frame where no axis is, and small figures."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(labelsize=8)
    if title:
        axis.set_title(title, fontsize=9, loc="left")


def number(value: float) -> str:
    """Three digits, with a real minus.

    >>> number(-0.01234), number(12.0)
    ('−0.0123', '12')
    """
    return f"{value:.3g}".replace("-", "−")


def save(made: Any, path: Path) -> Path:
    """Write a figure as PNG; the folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made.savefig(path, metadata={"Software": None})
    return path

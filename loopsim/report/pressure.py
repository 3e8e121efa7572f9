"""Loop pressure: what the loops do in this very run."""

from __future__ import annotations

from loopsim.report.panels import TRUE, Line, Panel, Picture
from loopsim.report.paths import Paths

PREFIX = "pressure."


def picture(paths: Paths) -> Picture:
    """One panel for each loop of which the world states a pressure."""
    names = [name for name in paths.names("true") if name.startswith("pressure.")]
    panels = [
        Panel(
            f"{name.removeprefix('pressure.')} loop",
            [Line(paths.of("true", name), TRUE)],
            level=0.0,
        )
        for name in names
    ]
    return Picture(
        "pressure",
        "Loop pressure",
        "What the loop has made of the world, less the natural twin that is carried beside it in "
        "this very run, by the environment's own measure. 0 is no pressure.",
        panels,
    )

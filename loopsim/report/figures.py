"""The figures of a run. A panel without data is left out, and so is a figure without panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from loopsim.report import governance, groups, identity, ledgers, pressure, world
from loopsim.report.events import Events
from loopsim.report.panels import Picture, known
from loopsim.report.paths import Paths
from loopsim.report.stack import draw


def draw_all(
    metrics: pd.DataFrame,
    events: Sequence[dict[str, Any]],
    folder: Path,
    minimum: int,
    further: Sequence[Picture] = (),
) -> dict[Path, Picture]:
    """Draw every figure of a run into a folder, as PNG.

    Parameters
    ----------
    metrics : DataFrame
        Both ledgers: columns round, ledger, metric, group, value.
    events : sequence of dict
        With ``round`` and ``kind``.
    folder : Path
    minimum : int
        Labels below which the dashboard shows no rate.
    further : sequence of Picture
        That the metrics alone do not hold; they come last.

    Returns
    -------
    What is to be seen in each file, in the order of the page.
    """
    from matplotlib import rc_context, rcdefaults

    happened = Events(events)
    with rc_context():
        rcdefaults()  # a user's own style must not change a report
        return {
            draw(picture, happened, folder / f"{picture.name}.png"): picture
            for picture in pictures(Paths(metrics), minimum, further)
        }


def pictures(paths: Paths, minimum: int, further: Sequence[Picture] = ()) -> list[Picture]:
    """Those that have something to show."""
    made = [ledgers.picture(paths)]
    if len(paths.groups) > 1:
        made.append(groups.picture(paths, minimum))
    rest = [part.picture(paths) for part in (pressure, identity, governance)]
    made += [*world.pictures(paths), *rest, *further]
    shown = [replace(picture, panels=known(picture.panels)) for picture in made]
    return [picture for picture in shown if picture.panels]

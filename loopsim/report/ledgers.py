"""The two ledgers: what is true against what the dashboard shows."""

from __future__ import annotations

from loopsim.report import basis
from loopsim.report.panels import OBSERVED, TRUE, Line, Panel, Picture, sample
from loopsim.report.paths import Paths

MEANINGS = {
    "approval": "share of cases that get a yes",
    "precision": "share of the good among the approved",
    "recall": "share of the approved among the good",
    "click_through": "share of impressions that were clicked",
    "exposure_gini": "how unevenly items are shown, 0 is evenly",
    "catalogue_coverage": "share of the items that were shown at all",
    "r2": "share of the outcome's variance that predictions explain",
    "mae": "mean distance of prediction and outcome",
    "bias": "mean of prediction less outcome",
    "auc": "chance that a good case scores above a bad one",
    "calibration": "mean distance of score and outcome, 0 is best",
    "profit": "money a case, in units of one loan",
    "regret": "money a case lost against the best thresholds in hindsight",
}
LEGEND = {"true": sample(TRUE), "observed (the dashboard)": sample(OBSERVED, dashed=True)}


def picture(paths: Paths) -> Picture:
    """Every figure in both ledgers, and the labels that the observed ones rest on."""
    panels = [Panel(f"{name}: {meaning}", lines(paths, name)) for name, meaning in MEANINGS.items()]
    return Picture(
        "ledgers",
        "True against observed",
        "Where the lines part, the dashboard is wrong. It sees late labels of those whose outcome "
        "shows at all: the lowest panels say how many, what share and how old.",
        [*panels, *basis.of_all(paths)],
        LEGEND,
    )


def lines(paths: Paths, name: str) -> list[Line]:
    """One figure in both ledgers."""
    return [
        Line(paths.of("true", name), TRUE),
        Line(paths.of("observed", name), OBSERVED, dashed=True),
    ]

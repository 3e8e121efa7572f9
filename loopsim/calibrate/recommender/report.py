"""What a calibration of the recommender world hands back."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.calibrate.recommender.law import Law
from loopsim.calibrate.report import Report


@dataclass(frozen=True)
class TastesReport(Report):
    """What a calibration of the recommender world made.

    Attributes
    ----------
    law : Law
        The world is in the folder, as tastes.npz.
    """

    law: Law

    def figures(self) -> list[str]:
        """The law, popularity and chance on what was held out first."""
        held = self.faithfulness.held[0]
        lines = [f"{'':<12}{'AUC':>8}{'recall@10':>12}{'recall@50':>12}   {held.name}"]
        for name, r in held.rankers():
            lines.append(f"{name:<12}{r.auc:>8.4f}{r.recall_10:>12.4f}{r.recall_50:>12.4f}")
        return lines

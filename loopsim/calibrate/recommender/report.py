"""What a calibration of the recommender world hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.calibrate.recommender.faithfulness import Faithfulness
from loopsim.calibrate.recommender.law import Law


@dataclass(frozen=True)
class TastesReport:
    """What a calibration made; printing it gives a summary for the terminal.

    Attributes
    ----------
    folder : Path
        With tastes.npz, scenario.yaml, faithfulness.html, faithfulness.json and the figures
        held_out.png, world.png, attributes.png.
    law : Law
    faithfulness : Faithfulness
    notes : tuple of str
        What was left out or assumed, and why.
    seconds : float
    """

    folder: Path
    law: Law
    faithfulness: Faithfulness
    notes: tuple[str, ...]
    seconds: float

    @property
    def scenario(self) -> Path:
        """The ready scenario."""
        return self.folder / "scenario.yaml"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "folder": str(self.folder),
            "scenario": str(self.scenario),
            "seconds": round(self.seconds, 3),
            "notes": list(self.notes),
            "faithfulness": self.faithfulness.to_dict(),
        }

    def __str__(self) -> str:
        faith = self.faithfulness
        lines = [f"{'':<12}{'AUC':>8}{'recall@10':>12}{'recall@50':>12}   {faith.held[0].name}"]
        for name, r in faith.held[0].rankers():
            lines.append(f"{name:<12}{r.auc:>8.4f}{r.recall_10:>12.4f}{r.recall_50:>12.4f}")
        lines += [f"{'ok' if well else '!!'}  {line}" for well, line in faith.findings()]
        lines += [f"    {note}" for note in self.notes]
        lines.append(f"page: {self.folder / 'faithfulness.html'}")
        lines.append(f"next: loopsim run {self.scenario}")
        return "\n".join(lines)

"""What a calibration hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.calibrate.faithfulness import Faithfulness
from loopsim.environments.lending.scorecard import Scorecard


@dataclass(frozen=True)
class CalibrationReport:
    """What a calibration made; printing it gives a summary for the terminal.

    Attributes
    ----------
    folder : Path
        With people.parquet, law.json, scenario.yaml, faithfulness.html, faithfulness.json and the
        figures calibration.png, law.png, marginals.png.
    law : Scorecard
    faithfulness : Faithfulness
    notes : tuple of str
        Columns that were left out, and why; rows that were not used in the fit.
    seconds : float
    """

    folder: Path
    law: Scorecard
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
        rows = [("", "AUC", "Brier", "log loss", "calibration error")]
        for name, y in (("law", faith.law), ("boosting", faith.boosting)):
            figures = (f"{y.auc:.4f}", f"{y.brier:.4f}", f"{y.log_loss:.4f}")
            rows.append((name, *figures, f"{y.calibration_error:.2%}"))
        lines = [f"{a:<10}{b:>8}{c:>9}{d:>10}{e:>19}" for a, b, c, d, e in rows]
        lines += [f"{'ok' if well else '!!'}  {line}" for well, line in faith.findings()]
        lines += [f"    {note}" for note in self.notes]
        lines.append(f"page: {self.folder / 'faithfulness.html'}")
        lines.append(f"next: loopsim run {self.scenario}")
        return "\n".join(lines)

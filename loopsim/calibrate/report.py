"""What a calibration hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.environments.lending.scorecard import Scorecard


@dataclass(frozen=True)
class Report:
    """What a calibration made; printing it gives a summary for the terminal.

    Attributes
    ----------
    folder : Path
        The new folder: a ready scenario.yaml, faithfulness.html and faithfulness.json, what the
        scenario reads, and the figures.
    faithfulness : object with ``findings()`` and ``to_dict()``
        How the world compares with the data.
    notes : tuple of str
        What was left out, assumed or not told, and why.
    seconds : float
    """

    folder: Path
    faithfulness: Any
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

    def figures(self) -> list[str]:
        """The lines with which the summary begins."""
        raise NotImplementedError

    def __str__(self) -> str:
        lines = self.figures()
        lines += [
            f"{'ok' if well else '!!'}  {line}" for well, line in self.faithfulness.findings()
        ]
        lines += [f"    {note}" for note in self.notes]
        lines.append(f"page: {self.folder / 'faithfulness.html'}")
        lines.append(f"next: loopsim run {self.scenario}")
        return "\n".join(lines)


@dataclass(frozen=True)
class CalibrationReport(Report):
    """What a calibration of the lending world made.

    Attributes
    ----------
    law : Scorecard
        Also in the folder, as law.json; the people are in people.parquet.
    """

    law: Scorecard

    def figures(self) -> list[str]:
        """The law beside boosting."""
        rows = [("", "AUC", "Brier", "log loss", "calibration error")]
        for name in ("law", "boosting"):
            y = getattr(self.faithfulness, name)
            figures = (f"{y.auc:.4f}", f"{y.brier:.4f}", f"{y.log_loss:.4f}")
            rows.append((name, *figures, f"{y.calibration_error:.2%}"))
        return [f"{a:<10}{b:>8}{c:>9}{d:>10}{e:>19}" for a, b, c, d, e in rows]

"""What a calibration of the fraud world hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.calibrate.fraud.faithfulness import Faithfulness
from loopsim.calibrate.fraud.parameters import Parameters


@dataclass(frozen=True)
class FraudReport:
    """What a calibration made; printing it gives a summary for the terminal.

    Attributes
    ----------
    folder : Path
        With cards.npz, scenario.yaml, faithfulness.html, faithfulness.json and the figures
        payments.png and frauds.png.
    parameters : Parameters
    faithfulness : Faithfulness
    notes : tuple of str
        What the file did not tell.
    seconds : float
    """

    folder: Path
    parameters: Parameters
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
        lines = [f"{'':<36}{'data':>10}{'world':>10}"]
        for b in (*faith.counts[:1], faith.amounts[2], *faith.frauds[:3]):
            lines.append(f"{b.name:<36}{b.data:>10.4g}{b.world:>10.4g}")
        for here, there in zip(faith.risk_data, faith.risk_world, strict=True):
            lines.append(f"{'AUC, ' + here.name:<36}{here.auc:>10.3f}{there.auc:>10.3f}")
        lines += [f"{'ok' if well else '!!'}  {line}" for well, line in faith.findings()]
        lines += [f"    {note}" for note in self.notes]
        lines.append(f"page: {self.folder / 'faithfulness.html'}")
        lines.append(f"next: loopsim run {self.scenario}")
        return "\n".join(lines)

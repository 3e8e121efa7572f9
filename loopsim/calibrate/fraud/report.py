"""What a calibration of the fraud world hands back."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.calibrate.fraud.parameters import Parameters
from loopsim.calibrate.report import Report


@dataclass(frozen=True)
class FraudReport(Report):
    """What a calibration of the fraud world made.

    Attributes
    ----------
    parameters : Parameters
        The cards are in the folder, as cards.npz.
    """

    parameters: Parameters

    def figures(self) -> list[str]:
        """Amounts, frauds and risk laws, in the data and in the world."""
        faith = self.faithfulness
        lines = [f"{'':<36}{'data':>10}{'world':>10}"]
        for b in (*faith.counts[:1], faith.amounts[2], *faith.frauds[:3]):
            lines.append(f"{b.name:<36}{b.data:>10.4g}{b.world:>10.4g}")
        for here, there in zip(faith.risk_data, faith.risk_world, strict=True):
            lines.append(f"{'AUC, ' + here.name:<36}{here.auc:>10.3f}{there.auc:>10.3f}")
        return lines

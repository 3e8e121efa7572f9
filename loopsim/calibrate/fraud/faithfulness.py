"""How faithful the world is: each claim beside the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.fraud.amounts import amounts_of
from loopsim.calibrate.fraud.kinds import kinds_of
from loopsim.calibrate.fraud.parameters import Parameters, shares
from loopsim.calibrate.fraud.risk import Risk, risks
from loopsim.calibrate.fraud.transactions import Transactions
from loopsim.calibrate.recommender.faithfulness import Beside, plain
from loopsim.calibrate.recommender.world import gini
from loopsim.draws import Draws

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
OFF, AUC_OFF, SPREAD_OFF = 0.15, 0.05, 0.2  # more than this is called different


@dataclass(frozen=True)
class Faithfulness:
    """Everything that the page says, as figures; lists of figures in data and world."""

    amounts: tuple[Beside, ...]
    counts: tuple[Beside, ...]
    places: tuple[Beside, ...]
    frauds: tuple[Beside, ...]
    kinds: tuple[Beside, ...]
    risk_data: tuple[Risk, ...]
    risk_world: tuple[Risk, ...]
    spread: Beside
    world_days: int
    world_payments: int

    def findings(self) -> list[tuple[bool, str]]:
        """(whether it is well, what was found), the claims a reader would ask about first."""
        out = [
            _near("Amounts", self.amounts),
            _near("Counts", self.counts),
            _near("How frauds come", self.frauds),
        ]
        for data, world in zip(self.risk_data, self.risk_world, strict=True):
            gap = abs(data.auc - world.auc)
            text = f"Fraud is as easy to tell as in the data by {data.name}: AUC {world.auc:.3f}"
            if not gap <= AUC_OFF:
                text = text.replace("is as easy", "is not as easy")
            out.append((gap <= AUC_OFF, f"{text} beside {data.auc:.3f}."))
        spread = self.spread
        if abs(spread.world - spread.data) > SPREAD_OFF * spread.data:
            text = f"a card's amounts spread {spread.data:.2f} of their mean, "
            text += f"the world's {spread.world:.2f}"
            out.append((False, f"The world cannot hold it: {text}."))
        uneven = self.places[0]
        if abs(uneven.data - uneven.world) > 0.1:
            text = f"terminal Gini {uneven.data:.2f}, in the world, where place decides, "
            out.append((False, f"The world cannot hold it: {text}{uneven.world:.2f}."))
        return out

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        findings = [{"well": well, "text": text} for well, text in self.findings()]
        return {**plain(asdict(self)), "findings": findings}


def _near(what: str, rows: tuple[Beside, ...]) -> tuple[bool, str]:
    """Whether every figure is within 15% of the data's."""
    off = [b for b in rows if not abs(b.world - b.data) <= OFF * max(abs(b.data), 1e-12)]
    names = ", ".join(
        f"{b.name} ({b.data:.3g} in the data, {b.world:.3g} in the world)" for b in off
    )
    if off:
        return False, f"{what}: more than {OFF:.0%} off are {names}."
    return True, f"{what}: every figure is within {OFF:.0%} of the data's."


def compare(
    data: Transactions, world: Transactions, parameters: Parameters, draws: Draws
) -> Faithfulness:
    """Measure data and world alike, and put the figures side by side."""
    return Faithfulness(
        amounts=_beside(_amounts, data, world),
        counts=_beside(_counts, data, world),
        places=_beside(_places, data, world),
        frauds=_beside(_frauds, data, world),
        kinds=_beside(lambda made: shares(kinds_of(made)), data, world),
        risk_data=risks(data, draws),
        risk_world=risks(world, draws),
        spread=Beside("spread of a card's amounts", parameters.spread, amounts_of(world)[2]),
        world_days=world.days,
        world_payments=len(world),
    )


def _beside(measure: Any, data: Transactions, world: Transactions) -> tuple[Beside, ...]:
    here, there = measure(data), measure(world)
    return tuple(Beside(name, float(here[name]), float(there[name])) for name in here)


def _amounts(made: Transactions) -> dict[str, float]:
    """Quantiles of honest amounts."""
    amounts = np.quantile(made.amount[~made.fraud], QUANTILES)
    return {f"{q:.0%} of amounts": float(a) for q, a in zip(QUANTILES, amounts, strict=True)}


def _counts(made: Transactions) -> dict[str, float]:
    """How many payments there are in a day, and of a card in a day."""
    by_card, by_day = made.by_card() / made.days, made.by_day()
    quantiles = np.quantile(by_card, (0.1, 0.5, 0.9))
    cards = {
        f"a card's a day, {q}": x for q, x in zip(("10%", "50%", "90%"), quantiles, strict=True)
    }
    return {"payments a day": float(by_day.mean()), **cards}


def _places(made: Transactions) -> dict[str, float]:
    """Terminals, and when."""
    pair = np.unique(made.card * np.int64(made.terminals) + made.terminal)
    return {
        "terminal Gini": gini(np.bincount(made.terminal, minlength=made.terminals)),
        "terminals of a card": pair.size / made.cards,
        "payments before 7 o'clock": float((made.seconds < 25200).mean()),
        "day-to-day spread of counts": float(made.by_day().std() / made.by_day().mean()),
    }


def _frauds(made: Transactions) -> dict[str, float]:
    """Frequency, size and clusters of fraud."""
    fraud, money = made.fraud, made.amount
    return {
        "frauds a day": float(made.by_day(fraud).mean()),
        "share of payments": float(fraud.mean()),
        "share of money": float(money[fraud].sum() / max(money.sum(), 1e-12)),
        "mean fraud over mean honest amount": float(money[fraud].mean() / money[~fraud].mean()),
        "terminals with a fraud": _touched(made.terminal[fraud], made.terminals),
        "cards with a fraud": _touched(made.card[fraud], made.cards),
    }


def _touched(codes: NDArray[np.int64], number: int) -> float:
    return np.unique(codes).size / number

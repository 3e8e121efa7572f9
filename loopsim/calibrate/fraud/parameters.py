"""The fraud world's parameters, from payments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.fraud.amounts import amounts_of
from loopsim.calibrate.fraud.kinds import LARGE, SKIMMED, STOLEN, Kinds, kinds_of, lasting
from loopsim.calibrate.fraud.transactions import Transactions

Floats = NDArray[np.float64]

USED = 1.0 / 3.0  # share of a stolen card's payments that are the thief's
DAYS = {SKIMMED: 28.0, STOLEN: 14.0}  # the handbook's, where a file has too few episodes


@dataclass(frozen=True)
class Parameters:
    """What a file says about the world.

    Attributes
    ----------
    mean, rate, spreads : (cards,) float64
        Amount and daily number of each card's payments, and how its amounts spread over the mean.
    spread : float
        Standard deviation of honest amounts over their card's mean, of all cards together.
    radius : float
        Of a circle that holds as many terminals as a card chooses from.
    large : float
        The highest honest amount.
    skimmed, stolen : float
        Shares of terminals and of cards that become compromised in a day.
    notes : tuple of str
    """

    mean: Floats
    rate: Floats
    spreads: Floats
    spread: float
    radius: float
    large: float
    skimmed: float
    skimmed_days: int
    stolen: float
    stolen_days: int
    kinds: Kinds
    notes: tuple[str, ...]


def parameters_of(made: Transactions) -> Parameters:
    """Everything that the world needs, by moments."""
    kinds, notes = kinds_of(made), list[str]()
    mean, spreads, spread = amounts_of(made)
    rate = _rates(made)
    days = {kind: _days(made, kinds, kind, notes) for kind in (SKIMMED, STOLEN)}
    daily = {kind: len(kinds.of(kind)) / made.days for kind in days}
    skimmed = daily[SKIMMED] / (days[SKIMMED] * len(made) / made.days)
    stolen = daily[STOLEN] / (days[STOLEN] * USED * float(rate.sum()))
    return Parameters(
        mean,
        rate,
        spreads,
        spread,
        _radius(made),
        kinds.large,
        min(skimmed, 1.0),
        days[SKIMMED],
        min(stolen, 1.0),
        days[STOLEN],
        kinds,
        tuple(notes),
    )


def _rates(made: Transactions) -> Floats:
    """Payments of each card in a day, without the spread that is chance (Poisson)."""
    number = made.by_card().astype(np.float64)
    middle = number.mean()
    share = np.sqrt(max(1.0 - middle / max(float(number.var()), 1e-12), 0.0))
    return np.asarray(np.maximum(middle + share * (number - middle), 0.01 * middle) / made.days)


def _radius(made: Transactions) -> float:
    """From how many different terminals cards were seen at.

    n payments at R terminals, each equally likely, are at R·(1 − (1 − 1/R)^n) different ones.
    """
    pair = np.unique(made.card * np.int64(made.terminals) + made.terminal)
    different = pair.size
    number = made.by_card()
    low, high = 1.0, float(made.terminals)
    while high - low > 1e-3:
        middle = (low + high) / 2.0
        expected = (middle * -np.expm1(number * np.log1p(-1.0 / max(middle, 1.0 + 1e-9)))).sum()
        low, high = (middle, high) if expected < different else (low, middle)
    return float(np.clip(100.0 * np.sqrt(low / (np.pi * made.terminals)), 0.01, 150.0))


def _days(made: Transactions, kinds: Kinds, kind: int, notes: list[str]) -> int:
    rows = kinds.of(kind)
    entity = made.terminal if kind == SKIMMED else made.card
    last = made.start + made.days - 1
    days, found = lasting(entity[rows], made.day[rows], made.start, last, DAYS[kind])
    if found < 5:
        what = "skimmed terminals" if kind == SKIMMED else "stolen cards"
        notes.append(
            f"only {found} episodes of {what} are long enough and whole: they last "
            f"{DAYS[kind]:.0f} days, as in the handbook"
        )
    return int(np.clip(round(days), 1, 365))


def shares(kinds: Kinds) -> dict[str, float]:
    """Share of frauds by kind."""
    names = {"large amounts": LARGE, "skimmed terminals": SKIMMED, "stolen cards": STOLEN}
    return {name: kinds.share(kind) for name, kind in names.items()}

"""The fraud world's parameters, from payments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.fraud.kinds import LARGE, SKIMMED, STOLEN, Kinds, kinds_of, lasting
from loopsim.calibrate.fraud.transactions import Transactions

Floats = NDArray[np.float64]

#: Mean of the world's amounts over a card's `mean`: normal with sd a half, and uniform up to twice
#: the mean where that is negative (Φ(2) + φ(2)/2 + Φ(−2)).
INFLATION = 1.026995483256594
USED = 1.0 / 3.0  # share of a stolen card's payments that are the thief's
DAYS = {SKIMMED: 28.0, STOLEN: 14.0}  # the handbook's, where a file has too few episodes


@dataclass(frozen=True)
class Parameters:
    """What a file says about the world.

    Attributes
    ----------
    mean, rate : (cards,) float64
        Amount and daily number of each card's payments.
    spread : float
        Standard deviation of a card's honest amounts over its mean; the world's is a half.
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
    mean, spread = _means(made)
    rate = _rates(made)
    days = {kind: _days(made, kinds, kind, notes) for kind in (SKIMMED, STOLEN)}
    daily = {kind: len(kinds.of(kind)) / made.days for kind in days}
    skimmed = daily[SKIMMED] / (days[SKIMMED] * len(made) / made.days)
    stolen = daily[STOLEN] / (days[STOLEN] * USED * float(rate.sum()))
    return Parameters(
        mean,
        rate,
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


def _means(made: Transactions) -> tuple[Floats, float]:
    """Each card's mean honest amount without the spread that is chance, and the spread within."""
    honest = ~made.fraud
    card, amount = made.card[honest], made.amount[honest]
    number = np.bincount(card, minlength=made.cards)
    total = np.bincount(card, amount, minlength=made.cards)
    everybody = float(amount.mean())
    own = np.where(number > 0, total / np.maximum(number, 1), everybody)
    within = ((amount - own[card]) ** 2).sum() / max(len(amount) - int((number > 0).sum()), 1)
    relative = np.sqrt(within / max(np.average(own**2, weights=np.maximum(number, 0)), 1e-12))
    chance = within / np.maximum(number, 1)
    between = max(float(own[number > 0].var() - chance[number > 0].mean()), 0.0)
    share = np.sqrt(between / np.maximum(between + chance, 1e-12))
    middle = float(own[number > 0].mean())
    made_ = np.maximum(middle + share * (own - middle), 0.01 * middle)
    return np.asarray(made_ / INFLATION), float(relative)


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

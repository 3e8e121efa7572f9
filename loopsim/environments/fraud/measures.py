"""What a day of payments is truly worth: money, catches, false alarms, and how early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.environments.fraud import kernels, rings
from loopsim.kernels import compiled
from loopsim.parts import PART, in_parts

if TYPE_CHECKING:
    from loopsim.environments.fraud.today import Today

Floats = NDArray[np.float64]
CARDS = 100


def of_day(today: Today, cases: Cases) -> dict[str, Any]:
    """The day's figures.

    ``lost`` and ``caught`` are euros a payment: of fraud let through and of fraud stopped;
    ``wrongly_stopped`` is the share of payments that were honest and stopped: these three by group
    of customers. ``rings_income`` is what rings got through, in euros a day; ``frauds`` counts
    all, and ``caught_share`` is the share of them stopped. ``card_precision`` and
    ``average_precision`` say how well the scores rank. ``days_to_detection.*`` is the mean age of
    what was caught today: days since the card or the terminal was compromised; NaN where nothing
    was.
    """
    asked, stopped = today.payments, cases.actions == 0
    fraud = asked.kind > kernels.OWN
    at = np.flatnonzero(fraud)
    euros, caught = asked.cents[at] / 100.0, stopped[at]
    ring = asked.kind[at] == kernels.RING
    lost, saved = np.zeros(len(asked)), np.zeros(len(asked))
    lost[at], saved[at] = euros * ~caught, euros * caught
    figures: dict[str, Any] = {
        "lost": lost,
        "caught": saved,
        "wrongly_stopped": stopped & ~fraud,
        "rings_income": float(euros[ring & ~caught].sum()),
        "frauds": float(at.size),
        "caught_share": _mean(caught),
        "card_precision": card_precision(cases.rows, cases.scores, fraud),
        "average_precision": average_precision(cases.scores, fraud),
    }
    return figures | _detection(today, at[caught])


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if values.size else float("nan")


def _detection(today: Today, caught: NDArray[np.int64]) -> dict[str, float]:
    """Mean days since what was caught today was compromised."""
    asked, threats, t = today.payments, today.threats, today.t
    kind, rows = asked.kind[caught], asked.rows[caught]
    ringed = np.zeros(len(asked), np.int64)
    ringed[asked.kind == kernels.RING] = today.plan.reshape(-1, 7)[today.slots, rings.SINCE]
    stolen = t - threats.stolen[rows[kind == kernels.STOLEN]].astype(np.int64)
    taken = t - ringed[caught[kind == kernels.RING]]
    skimmed = threats.skimmed[asked.terminal[caught[kind == kernels.SKIMMED]]]
    return {
        "days_to_detection.card": _mean(np.r_[stolen, taken]),
        "days_to_detection.terminal": _mean(t - skimmed.astype(np.int64)),
    }


def card_precision(
    rows: NDArray[np.int64], scores: Floats, fraud: NDArray[np.bool_], cards: int = CARDS
) -> float:
    """Share of cards with a fraud among the `cards` with the lowest scores of the day.

    A card's score is that of its lowest payment; of cards with equal scores at the limit, as many
    as there is room for count on average (Dal Pozzolo et al. 2014; `rows` ascend).

    >>> rows, scores = np.array([0, 0, 1, 2]), np.array([0.9, 0.1, 0.2, 0.3])
    >>> card_precision(rows, scores, np.array([True, False, False, True]), cards=2)
    0.5
    """
    if rows.size == 0:
        return float("nan")
    lowest, bad = np.empty(rows.size), np.empty(rows.size, np.bool_)
    number = _by_card(rows, scores, fraud, lowest, bad)
    lowest, bad, cards = lowest[:number], bad[:number], min(cards, number)
    limit = np.partition(lowest, cards - 1)[cards - 1]
    below, tied = lowest < limit, lowest == limit
    room = cards - int(below.sum())
    return float((bad[below].sum() + room * bad[tied].mean()) / cards)


def average_precision(scores: Floats, fraud: NDArray[np.bool_]) -> float:
    """Mean precision at the score of each fraud, lowest scores first; NaN without frauds.

    >>> average_precision(np.array([0.1, 0.2, 0.3]), np.array([True, False, True]))
    0.8333333333333333
    """
    levels, frauds = np.unique(scores[fraud], return_counts=True)
    if levels.size == 0:
        return float("nan")
    bins = np.searchsorted(levels, np.arange(BINS + 2) / BINS)
    parts = np.zeros((scores.size // PART + 1, levels.size + 1), np.int64)
    in_parts(scores.size, lambda at: _below(scores[at], levels, bins, parts[at.start // PART]))
    cases = np.cumsum(parts.sum(axis=0))[:-1]
    return float((frauds * np.cumsum(frauds) / cases).sum() / frauds.sum())


BINS = 1 << 16  # parts of [0, 1], in each of which few levels are left to search


@compiled
def _below(
    scores: Floats, levels: Floats, bins: NDArray[np.int64], counts: NDArray[np.int64]
) -> None:
    """Count each score at the lowest level that is not below it."""
    for i in range(scores.size):
        at = int(scores[i] * BINS)
        low, high = bins[at], bins[at + 1]
        while low < high:
            middle = (low + high) // 2
            if levels[middle] < scores[i]:
                low = middle + 1
            else:
                high = middle
        counts[low] += 1


@compiled
def _by_card(
    rows: NDArray[np.int64], scores: Floats, fraud: NDArray[np.bool_],
    lowest: Floats, bad: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Each card's lowest score and whether it has a fraud; the number of cards."""
    at = -1
    for i in range(rows.size):
        if i == 0 or rows[i] != rows[i - 1]:
            at += 1
            lowest[at], bad[at] = scores[i], fraud[i]
        else:
            lowest[at] = min(lowest[at], scores[i])
            bad[at] |= fraud[i]
    return at + 1

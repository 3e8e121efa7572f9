"""Which one wins, or that nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loopsim.studies.compare.statistics import seeds_needed
from loopsim.studies.compare.stress import BASE

if TYPE_CHECKING:
    from loopsim.studies.compare.comparison import Comparison

ALPHA = 0.05


@dataclass(frozen=True)
class Verdict:
    """What a comparison says.

    Attributes
    ----------
    winner : str or None
        None: cannot tell.
    text : str
    why : tuple of str
        What keeps it from telling, or how each stress variant looks.
    """

    winner: str | None
    text: str
    why: tuple[str, ...]


def decide(result: Comparison) -> Verdict:
    """The verdict of a comparison.

    The leader (the highest mean objective) wins if its lead over each of the others has both
    intervals (Student's t and bootstrap) above 0 and a p value, after Holm's correction for all
    pairs and variants, below 0.05, and if it leads in every stress variant too.
    """
    leader = _leader(result, BASE)
    if leader is None:
        return Verdict(None, "Cannot tell: the objective is unknown in every seed of an arm.", ())
    against = [_doubt(result, leader, rival) for rival in result.arms if rival != leader]
    against += [_changed(result, leader, name) for name in result.conditions if name != BASE]
    doubts = tuple(doubt for doubt in against if doubt)
    if doubts:
        return Verdict(None, f"Cannot tell: {'; '.join(doubts)}.", doubts)
    leads = [lead(result, BASE, leader, rival) for rival in result.arms if rival != leader]
    said = ", ".join(
        f"{row['effect']:+.4g} [{row['low']:+.4g}, {row['high']:+.4g}] against {row['rival']}"
        for row in leads
    )
    under = tuple(_under(result, leader, name) for name in result.conditions if name != BASE)
    held = f" It leads under stress too: {'; '.join(under)}." if under else ""
    return Verdict(leader, f"{leader} wins on {result.objective}: {said}.{held}", under)


def lead(result: Comparison, condition: str, arm: str, rival: str) -> dict[str, object]:
    """The row of a pair, turned so that it is `arm` less `rival`."""
    pairs = result.pairs[result.pairs["condition"] == condition]
    row = pairs[(pairs["arm"] == arm) & (pairs["rival"] == rival)]
    if len(row):
        return dict(row.iloc[0])
    row = pairs[(pairs["arm"] == rival) & (pairs["rival"] == arm)].iloc[0]
    swap = {"effect": "effect", "low": "high", "high": "low", "b_low": "b_high", "b_high": "b_low"}
    turned = {name: -float(row[other]) for name, other in swap.items()}
    return {**dict(row), **turned, "arm": arm, "rival": rival}


def sure(row: dict[str, object] | pd.Series) -> bool:
    """Whether a lead is above 0 by both intervals and after correction."""
    return bool(row["low"] > 0 and row["b_low"] > 0 and row["p_holm"] < ALPHA)  # type: ignore[operator]


def _leader(result: Comparison, condition: str) -> str | None:
    means = result.means(condition)
    return None if means.isna().any() else str(means.idxmax())


def _doubt(result: Comparison, leader: str, rival: str) -> str:
    """Why the leader is not surely ahead of one of the others; empty if it is."""
    row = lead(result, BASE, leader, rival)
    if sure(row):
        return ""
    difference = result.difference(BASE, leader, rival)
    if not np.nan_to_num(difference).any():
        return f"{leader} and {rival} are the same in every seed"
    low, high = (f"{row[end]:+.4g}" for end in ("low", "high"))
    said = f"{leader} leads {rival} by {row['effect']:.4g} [{low}, {high}]"
    if float(row["low"]) > 0:  # type: ignore[arg-type]
        return f"{said}, which is not sure after correction (p = {row['p_holm']:.2g})"
    needed = seeds_needed(difference)
    more = "" if needed is None else f" (if that is the difference, about {needed:,} seeds show it)"
    return f"{said}, and the interval holds 0{more}"


def _changed(result: Comparison, leader: str, condition: str) -> str:
    """Whether another one leads in a stress variant; empty if not."""
    there = _leader(result, condition)
    if there is None:
        return f"the objective is unknown under {condition}"
    if there == leader:
        return ""
    row = lead(result, condition, there, leader)
    how = "surely" if sure(row) else "though not surely"
    return f"under {condition} {there} leads, {how} (by {row['effect']:.4g} over {leader})"


def _under(result: Comparison, leader: str, condition: str) -> str:
    rows = [lead(result, condition, leader, rival) for rival in result.arms if rival != leader]
    unsure = [str(row["rival"]) for row in rows if not sure(row)]
    return f"{condition} ({'surely' if not unsure else 'not surely over ' + ', '.join(unsure)})"

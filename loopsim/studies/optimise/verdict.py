"""Whether the best point is better on seeds that did not choose it, and keeps the limits there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loopsim.studies.compare.statistics import seeds_needed
from loopsim.studies.optimise.trials import nearest_of
from loopsim.studies.sweep.grid import told_point

if TYPE_CHECKING:
    from loopsim.studies.optimise.result import Optimum


@dataclass(frozen=True)
class Verdict:
    """What a search says.

    Attributes
    ----------
    better : bool or None
        On the seeds held out, with every limit kept for sure; None: cannot tell.
    text : str
    """

    better: bool | None
    text: str


def decide(result: Optimum) -> Verdict:
    """The verdict of a search.

    Better needs a gain on the held-out seeds whose Student's t and bootstrap intervals are above 0,
    and every limit kept by its mean and its interval. A limit whose mean is beyond its bound there
    is broken, whatever the gain. One comparison is made on those seeds, so no p value is corrected.
    """
    if result.best is None:
        return Verdict(False, _none(result))
    gain = dict(result.table.iloc[1])
    broken = [_passed(result, text) for text in _in_state(result, "broken")]
    if broken:
        said = f"Breaks the limit on held-out seeds: {'; '.join(broken)}. {_capital(_gain(gain))}."
        return Verdict(False, said)
    better, said = _better(result, gain)
    doubts = [f"{text}: it is unknown" for text in _in_state(result, "unknown")]
    doubts += [_passed(result, text) for text in _in_state(result, "cannot tell")]
    if doubts:
        said += f" Whether it keeps the limits cannot be told: {'; '.join(doubts)}."
    return Verdict(None if better and doubts else better, f"{said}{_mends(result)}")


def _in_state(result: Optimum, state: str) -> list[str]:
    """The limits that are kept, broken ..."""
    return [row["limit"] for row in result.kept.to_dict("records") if row["verdict"] == state]


def _better(result: Optimum, gain: dict[str, Any]) -> tuple[bool | None, str]:
    if gain["low"] > 0 and gain["b_low"] > 0:
        return True, f"Better by {_interval(gain)} on held-out seeds."
    if gain["high"] < 0 and gain["b_high"] < 0:
        return False, f"Worse by {_interval(gain)} on held-out seeds."
    if gain["gain"] != gain["gain"]:
        return None, "Cannot tell: the objective is unknown on held-out seeds."
    assert result.best is not None, "decide has looked"
    difference = result.of(result.best.at, result.objective, result.held_out) - result.of(
        0, result.objective, result.held_out
    )
    if not difference[difference == difference].any():
        return None, "Cannot tell: it is the same as the scenario in every held-out seed."
    needed = seeds_needed(difference)
    few = needed is None or needed <= len(result.held_out)
    more = "" if few else f" (if that is it, about {needed:,} held-out seeds show it)"
    return None, f"Cannot tell: {_gain(gain)}, and the interval holds 0{more}."


def _none(result: Optimum) -> str:
    nearest = nearest_of(result.trials)
    if nearest is None or nearest.keeps:
        return "No trial has a known objective that keeps the limits."
    passed = ", ".join(f"{text} by {far:.4g}" for text, far in nearest.beyond.items() if far > 0)
    return f"No trial keeps the limits; the nearest, {told_point(nearest.point)}, passes {passed}."


def _gain(gain: dict[str, Any]) -> str:
    return f"the gain on held-out seeds is {_interval(gain)}"


def _interval(gain: dict[str, Any]) -> str:
    return f"{gain['gain']:+.4g} [{gain['low']:+.4g}, {gain['high']:+.4g}]"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _passed(result: Optimum, text: str) -> str:
    row = result.kept[result.kept["limit"] == text].iloc[0]
    return f"{text} is {row['held_out']:.4g} [{row['low']:.4g}, {row['high']:.4g}]"


def _mends(result: Optimum) -> str:
    """Limits that the scenario breaks as it is, and the best point keeps."""
    bounds = {limit.text: limit for limit in result.limits}
    mended = [
        f"{row['limit']} ({row['as_it_is']:.4g} as it is)"
        for row in result.kept.to_dict("records")
        if row["verdict"] == "kept" and _is_beyond(bounds[row["limit"]], row["as_it_is"])
    ]
    return f" It keeps what the scenario breaks: {', '.join(mended)}." if mended else ""


def _is_beyond(limit: Any, value: float) -> bool:
    return bool(value > limit.bound if limit.most else value < limit.bound)

"""What a change did to both ledgers: when it was true, when it showed, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.monitoring.detection import WORSE
from loopsim.twins.attribution import split
from loopsim.twins.attribution_result import plain
from loopsim.twins.onset import begins, median, noticed
from loopsim.twins.settling import When
from loopsim.twins.statistics import Interval, paired_t

Floats = NDArray[np.float64]
TRUE, OBSERVED, HARM = range(3)


@dataclass(frozen=True, eq=False)
class Traces:
    """(seeds, 3, rounds) of both arms: the true figure, the observed one, and that of harm."""

    disturbed: Floats
    undisturbed: Floats

    @property
    def paired(self) -> Floats:
        """Disturbed less undisturbed."""
        return self.disturbed - self.undisturbed


@dataclass(frozen=True, eq=False)
class Observability:
    """When a change was true and when a team could know.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    change : str
        What changed, in words.
    at : int
        The round in which it did.
    figures : tuple of three str
        The true figure, the observed one, and what harm is counted in.
    group : str
    hold, level, confidence :
        See `loopsim.observability`.
    seeds : tuple of int
    traces : Traces
    """

    name: str
    hash: str
    change: str
    at: int
    figures: tuple[str, str, str]
    group: str
    hold: int
    level: float
    confidence: float
    seeds: tuple[int, ...]
    traces: Traces

    @property
    def rounds(self) -> int:
        """Of the runs."""
        return self.traces.disturbed.shape[2]

    @cached_property
    def true(self) -> When:
        """The round in which the true figure begins to differ between the twins."""
        return self._begins(TRUE)

    @cached_property
    def observed(self) -> When:
        """The same of the observed figure: what only somebody with a twin could see."""
        return self._begins(OBSERVED)

    def _begins(self, which: int) -> When:
        return begins(self.traces.paired[:, which], self.at, self.hold, self.confidence)

    @cached_property
    def noticed(self) -> Floats:
        """(seeds,) the round in which the observed series alone gave it away; inf: never."""
        return self._alone(self.traces.disturbed)

    @cached_property
    def false_alarms(self) -> Floats:
        """(seeds,) the same rule on undisturbed series: inf where it rightly kept quiet."""
        return self._alone(self.traces.undisturbed)

    def _alone(self, arm: Floats) -> Floats:
        usual = self.traces.undisturbed[:, OBSERVED]
        return noticed(arm[:, OBSERVED], usual, self.at, self.hold, self.level)

    @cached_property
    def delay(self) -> Interval:
        """Rounds from the true difference to the alarm: median over seeds, with its interval.

        Infinite: the run ended before. NaN if there is no true difference.
        """
        if not np.isfinite(self.true.round):
            return (np.nan, np.nan, np.nan)
        return median(self.noticed - self.true.round, self.confidence)

    @cached_property
    def lost(self) -> Floats:
        """(seeds, rounds) undisturbed less disturbed, of what harm is counted in.

        The other way round for a figure of which more is worse; 0 where it is unknown.
        """
        sign = 1.0 if split(self.figures[HARM])[1].startswith(WORSE) else -1.0
        return np.asarray(sign * np.nan_to_num(self.traces.paired[:, HARM]))

    @cached_property
    def harms(self) -> Floats:
        """(seeds,) what was lost from the change until it was noticed, or the run ended."""
        rounds = np.arange(self.rounds)
        meanwhile = (rounds >= self.at) & (rounds < self.noticed[:, None])
        return np.asarray((self.lost * meanwhile).sum(axis=1))

    @property
    def harm(self) -> Interval:
        """Mean of `harms` and its t interval. A lower bound where some seeds never noticed."""
        return paired_t(self.harms, self.confidence)

    @property
    def unit(self) -> str:
        """Of harm."""
        name = split(self.figures[HARM])[1]
        return "money" if name == "profit" else f"{name} × rounds"

    @property
    def shares(self) -> tuple[Interval, Interval]:
        """Of seeds in which it was noticed, and of undisturbed ones with a false alarm (Wilson)."""
        from loopsim.monitoring.wilson import interval

        def share(rounds: Floats) -> Interval:
            n, k = rounds.size, int(np.isfinite(rounds).sum())
            low, high = interval(k, n)
            return k / n, float(low), float(high)

        return share(self.noticed), share(self.false_alarms)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a measure: value, low, high, and what it says. Infinite: not within the run."""
        share, false = self.shares
        when = {w: (x.round, x.low, x.high) for w, x in (("t", self.true), ("o", self.observed))}
        alarm = median(self.noticed, self.confidence)
        rows = [
            ("true", *when["t"], f"round in which {self.figures[TRUE]} begins to differ"),
            ("observed", *when["o"], f"the same of {self.figures[OBSERVED]}, to who has a twin"),
            ("noticed", *alarm, "round of the alarm on the observed series alone, median"),
            ("delay", *self.delay, "rounds from the first to the third"),
            ("share", *share, "of seeds in which it was noticed"),
            ("false", *false, "of undisturbed seeds with an alarm"),
            ("harm", *self.harm, f"{self.unit}, until noticed or the end"),
        ]
        return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "meaning"])

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        if not np.isfinite(self.true.round):
            return f"{self.figures[TRUE]} does not differ between the twins: nothing to notice"
        began = f"{self.figures[TRUE]} differs from round {self.true.round:.0f} on"
        seen = int(np.isfinite(self.noticed).sum())
        if not seen:
            return f"{began}; {self.figures[OBSERVED]} alone never shows it"
        whom = f"{self.figures[OBSERVED]} alone shows it in {seen} of {len(self.seeds)} seeds"
        return f"{began}; {whom}, {_after(*self.delay)}"

    def figure(self, path: str | Path) -> Path:
        """Draw both ledgers, their difference and the harm, as PNG."""
        from loopsim.twins.observability_figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (what is not finite is None)."""
        return {
            "name": self.name, "hash": self.hash, "change": self.change, "at": self.at,
            "figures": list(self.figures), "group": self.group, "hold": self.hold,
            "level": self.level, "confidence": self.confidence, "seeds": list(self.seeds),
            "verdict": self.verdict, "table": plain(self.table),
            "noticed": [None if np.isinf(t) else int(t) for t in self.noticed],
            "harm": self.harms.tolist(), "unit": self.unit,
        }  # fmt: skip


def _after(middle: float, low: float, high: float) -> str:
    """A median delay in words; without an interval where there are too few seeds for one.

    >>> _after(3.5, 2.0, np.inf), _after(3.0, np.nan, np.nan), _after(np.inf, 4.0, np.inf)
    ('after 3.5 rounds [2, never] (median)', 'after 3 rounds (median)', 'too late for a median')
    >>> _after(-8.0, -8.0, -7.0)  # it reads other cases, and moves for another reason
    '8 rounds before that [-8, -7] (median)'
    """
    if np.isinf(middle):
        return "too late for a median"
    ends = ("never" if np.isinf(end) else f"{end:g}" for end in (low, high))
    interval = "" if np.isnan(low) else f" [{', '.join(ends)}]"
    if middle < 0:
        return f"{-middle:g} rounds before that{interval} (median)"
    return f"after {middle:g} rounds{interval} (median)"

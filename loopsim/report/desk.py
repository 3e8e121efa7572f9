"""The review desk over the rounds: how much it sees, what it changes, how long that takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loopsim.report.panels import (
    OBSERVED,
    TRUE,
    Line,
    Panel,
    Picture,
    of_group,
    sample,
)

FAINT = "#DDDDDD"
LEGEND = {
    "from the log, as a team has it": sample(OBSERVED, dashed=True),
    "true, from the world": sample(TRUE),
}


def picture(looks: pd.DataFrame, worth: pd.DataFrame, window: int) -> Picture:
    """What the reviews of a run were like, round by round.

    Parameters
    ----------
    looks : DataFrame
        The looks, as `loopsim.report.audit.looks` has them.
    worth : DataFrame
        Of each round, as `loopsim.report.audit.worth` has it.
    window : int
        Rounds in one figure, where a round has few looks.
    """
    seen = looks[looks["reviewer"].notna()]
    panels = [
        _shares(looks, worth["cases"]),
        _reviewers(seen, window),
        _reasons(looks),
        _waiting(seen),
        _line(looks),
        _agreement(seen, window),
        _right(seen, window),
        Panel(
            "money a case, net of reviewers' hours, less that of the best threshold without them",
            [Line(worth["value"], TRUE)],
            level=0.0,
        ),
    ]
    return Picture(
        "desk",
        "The review desk",
        "Who looks at the model's advice, how often it is departed from and why, how long that "
        f"takes, and whether it is of help. Reviewers, agreement and what proved right are figures "
        f"of the last {window} rounds. Only the lowest panel is true: the best single threshold on "
        "the same scores, in hindsight in each round, without the reviewers' wages.",
        panels,
        LEGEND,
    )


def _shares(looks: pd.DataFrame, cases: pd.Series) -> Panel:
    """Of all decisions of a round."""
    by_case = looks.groupby("prediction_id").agg(
        round=("round", "first"), looks=("reviewer", "count"), changed=("changed", "any")
    )
    by_case["looked"] = by_case["looks"] > 0
    by_case["left"] = by_case["looks"] == 0
    names = {"looked": "looked at", "left": "left for want of room", "changed": "changed"}
    counts = by_case.groupby("round")[list(names)].sum()
    shares = counts.reindex(cases.index, fill_value=0).div(cases, axis=0)
    paths = {name: shares[column] for column, name in names.items()}
    return _several("sent to the desk, share of all decisions", paths, floor=0.0)


def _reviewers(seen: pd.DataFrame, window: int) -> Panel:
    """Overrides by reviewer: who departs most and who least, among all the others."""
    overall = seen.groupby("reviewer")["override"].mean()
    paths = {who: _windowed(some, "override", window) for who, some in seen.groupby("reviewer")}
    ends = list(dict.fromkeys([overall.idxmax(), overall.idxmin()])) if len(overall) > 1 else []
    lines = [Line(path, FAINT) for who, path in paths.items() if who not in ends]
    named = {
        f"reviewer {who:.0f}, {what}": of_group(paths[who], i, dashed=True)
        for i, (who, what) in enumerate(zip(ends, ("most", "least"), strict=False))
    }
    named |= {"everybody": Line(_windowed(seen, "override", window), OBSERVED, dashed=True)}
    title = "overrides, share of a reviewer's looks (grey: the others)"
    return Panel(title, [*lines, *named.values()], floor=0.0, legend=named)


def _reasons(looks: pd.DataFrame) -> Panel:
    """Why an answer departed from the advice, or did not count."""
    rounds = looks["round"].value_counts().sort_index()
    reasons = looks["reason"].astype(str)
    other = looks[reasons != "confirmed"]
    counts = other.groupby(["round", reasons[other.index]]).size().unstack(fill_value=0)
    shares = counts.reindex(rounds.index, fill_value=0).div(rounds, axis=0)
    order = shares.sum().sort_values(ascending=False).index
    paths = {str(name): shares[name] for name in order}
    return _several("reasons, share of looks taken or due", paths, floor=0.0)


def _waiting(seen: pd.DataFrame) -> Panel:
    waited = seen.groupby("round")["waited"]
    paths = {"mean": waited.mean(), "95th percentile": waited.quantile(0.95)}
    return _several("rounds from the desk's door to an answer", paths, floor=0.0)


def _line(looks: pd.DataFrame) -> Panel:
    """How many are on the desk: arrivals a round times their time there (Little 1961)."""
    waited = looks.groupby(["round", "prediction_id"])["waited"].max()
    title = "cases on the desk at a time, those included that nobody reaches"
    return Panel(title, [_seen_line(waited.groupby("round").sum())], floor=0.0)


def _agreement(seen: pd.DataFrame, window: int) -> Panel:
    """Of first and second looks; no line where no case is looked at twice."""
    pairs = seen[seen["stage"].isin(["review", "second"])]
    twice = pairs.groupby("prediction_id").agg(
        round=("round", "first"), looks=("action", "size"), kinds=("action", "nunique")
    )
    twice = twice[twice["looks"] == 2].assign(agreed=lambda both: both["kinds"] == 1)
    title = "first and second looks that agree, share"
    return Panel(title, [_seen_line(_windowed(twice, "agreed", window))])


def _right(seen: pd.DataFrame, window: int) -> Panel:
    """Of the overrides that counted and whose outcome came back."""
    known = seen[seen["known"]]
    title = "overrides that proved right, share of those whose outcome came back"
    return Panel(title, [_seen_line(_windowed(known, "right", window))])


def _windowed(some: pd.DataFrame, name: str, window: int) -> pd.Series:
    """A share of the rows of the last rounds, by round; empty without rows."""
    by_round = some.groupby("round")[name].agg(["sum", "size"])
    if by_round.empty:
        return pd.Series(dtype=float)
    rounds = np.arange(by_round.index[0], by_round.index[-1] + 1)
    recent = by_round.reindex(rounds, fill_value=0).rolling(window, min_periods=1).sum()
    return recent["sum"] / recent["size"]


def _seen_line(values: pd.Series) -> Line:
    return Line(values, OBSERVED, dashed=True)


def _several(title: str, paths: dict[str, pd.Series], floor: float) -> Panel:
    """Lines that are told apart by a legend of their own."""
    lines = {name: of_group(path, i, dashed=True) for i, (name, path) in enumerate(paths.items())}
    return Panel(title, list(lines.values()), floor=floor, legend=lines)

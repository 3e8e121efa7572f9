"""The audit of a run's reviews: who overrode what, when, why, and did it help.

Two sources, never mixed. The *log* (reviews, predictions, outcomes that came back) is what a team
has: an override can be judged only where its outcome is known, which a refusal may hide. The
*world* (the true ledger's finished series) says what reviews were worth, which no team knows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loopsim.errors import RunFolderError
from loopsim.oversight.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    observed,
)
from loopsim.report.audit_intervals import difference, share
from loopsim.runs import Run
from loopsim.twins.statistics import paired_t

FEW = 30  # looks below which nobody is called a rubber stamp
STAMP = 0.02  # a reviewer who departs from less than this share of the advice is one
BY = ("reviewer", "reason", "group", "version", "stage")


def audit(run: Run, against: Run | None = None) -> dict[str, Any]:
    """Everything that the log and the world say of a run's reviews, ready for JSON.

    Parameters
    ----------
    run : Run
    against : Run, optional
        Another run of the same rounds, such as one without the desk: their true profits are
        compared round by round.

    Returns
    -------
    dict
        ``desk`` (counts, times), ``by`` (tables by reviewer, reason, group, version and stage),
        ``rubber_stamping``, ``cue``, ``agreement`` and ``value``. Shares are
        ``{"share", "low", "high", "of"}`` with 95% Wilson intervals; None is unknown.

    Raises
    ------
    RunFolderError
        If the run has no log of reviews.
    """
    found = looks(run)
    if found.empty:
        raise RunFolderError(
            f"{run.folder}: no reviews in it: the scenario has no desk (oversight: none), nothing "
            "went to it, or log.level is off"
        )
    return facts(run, found, worth(run, found), against)


def facts(
    run: Run, looks: pd.DataFrame, worth: pd.DataFrame, against: Run | None = None
) -> dict[str, Any]:
    """What `audit` finds, from `looks` and `worth` of the run."""
    seen = looks[looks["reviewer"].notna()]
    return {
        "folder": str(run.folder),
        "desk": _desk(looks, seen, int(worth["cases"].sum())),
        "by": {
            name: _by(seen if name != "reason" else looks, name) for name in BY if name in looks
        },
        "rubber_stamping": _stamps(seen),
        "cue": _cue(seen),
        "agreement": _agreement(seen),
        "value": _value(run, worth, against),
    }


def looks(run: Run) -> pd.DataFrame:
    """The looks of the log, with group and score of the case and its outcome where it came back.

    Beside the columns of the log: ``override`` (somebody answered otherwise than advised),
    ``stood`` (and it counted), ``changed`` (the advice was not followed in the end), ``known`` (an
    override that counted and whose outcome came back) and ``right`` (and it was the outcome).
    """
    looks = run.reviews()
    if looks.empty:
        return looks
    rules = run.scenario.governance
    hidden = () if rules is None else rules.sensitive
    wanted = [name for name in ("prediction_id", "group", "score") if name not in hidden]
    cases = run.predictions(wanted)
    labels = run.feedback(["prediction_id", "label", "kind"])
    outcome = labels.loc[labels["kind"].astype(str) == "outcome", ["prediction_id", "label"]]
    looks = looks.merge(cases, on="prediction_id").merge(outcome, on="prediction_id", how="left")
    looked = looks["reviewer"].notna()
    looks["override"] = (looks["action"] != looks["advised"]) & looked
    looks["changed"] = (looks["final"] != looks["advised"]) & looked
    looks["stood"] = looks["override"] & (looks["final"] == looks["action"])
    looks["known"] = looks["stood"] & looks["label"].notna()
    looks["right"] = looks["known"] & (looks["label"] == looks["final"])
    return looks


def worth(run: Run, looks: pd.DataFrame) -> pd.DataFrame:
    """By round: ``cases``, and money a case from the world, in units of one loan.

    ``profit`` (with reviews), ``regret`` (of the best single threshold on the same scores, chosen
    in hindsight in each round, less ``profit``), ``cost`` (of the reviewers' hours) and ``value``:
    what reviews are worth, net of their cost, against that threshold, which saves the cost.
    """
    metrics = run.metrics().astype({"ledger": str, "metric": str, "group": str})
    true = metrics[(metrics["ledger"] == "true") & (metrics["group"] == "all")]
    series = true.pivot(index="round", columns="metric", values="value")
    cases = run.predictions(["round"])["round"].value_counts().sort_index()
    seen = looks[looks["reviewer"].notna()]
    hours = seen.groupby("round")["minutes"].sum().reindex(cases.index, fill_value=0.0) / 60.0
    found = series.reindex(index=cases.index, columns=["profit", "regret"])
    found["cases"], found["cost"] = cases, _wage(run) * hours / cases
    return found.assign(value=-found["regret"] - found["cost"])


def _wage(run: Run) -> float:
    return float(getattr(run.scenario.oversight, "wage", 0.0))


def _desk(looks: pd.DataFrame, seen: pd.DataFrame, decisions: int) -> dict[str, Any]:
    cases = looks.groupby("prediction_id")
    reached = cases["reviewer"].count() > 0
    changed = seen.loc[seen["changed"], "prediction_id"].nunique()
    waited = looks.loc[looks["reviewer"].notna(), "waited"]
    return {
        "decisions": decisions,
        "sent": len(reached),
        "reviewed": int(reached.sum()),
        "no_room": share(int((~reached).sum()), len(reached)),
        "changed": share(changed, int(reached.sum())),
        "looks": len(seen),
        "hours": float(seen["minutes"].sum() / 60.0),
        "waited_mean": float(waited.mean()),
        "waited_p95": float(waited.quantile(0.95)),
    }


def _by(looks: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    """One row for each value: looks, overrides, those that stood, and how many proved right."""
    rows = []
    for value, some in looks.groupby(name, observed=True):
        known = int(some["known"].sum())
        rows.append(
            {
                name: int(value) if isinstance(value, int | float | np.number) else str(value),
                "looks": len(some),
                "override": share(int(some["override"].sum()), len(some)),
                "stood": int(some["stood"].sum()),
                "right": share(int(some["right"].sum()), known),
                "first_round": int(some["round"].min()),
                "last_round": int(some["round"].max()),
            }
        )
    return rows


def _stamps(seen: pd.DataFrame) -> list[dict[str, Any]]:
    """By reviewer: is the advice ever departed from, and more often where the score is doubtful?

    The doubtful half are the looks whose score is nearer to the other answer than the median of
    those with the same advice. Whoever weighs evidence departs more often there.
    """
    first = seen[seen["cued"] & seen["stage"].isin(["review", "second"])]
    middle = first.groupby("advised")["score"].transform("median")
    doubtful = (first["score"] < middle) == (first["advised"] == 1)
    rows = []
    for reviewer, some in first.groupby("reviewer"):
        near = doubtful[some.index]
        departs = share(int(some["override"].sum()), len(some))
        rows.append(
            {
                "reviewer": int(reviewer),
                "looks": len(some),
                "override": departs,
                "doubtful_less_clear": difference(
                    int(some.loc[near, "override"].sum()), int(near.sum()),
                    int(some.loc[~near, "override"].sum()), int((~near).sum()),
                ),
                "minutes": float(some["minutes"].median()),
                "stamp": len(some) >= FEW and (departs["high"] or 0.0) < STAMP,
            }
        )  # fmt: skip
    return rows


def _cue(seen: pd.DataFrame) -> dict[str, Any]:
    """How much more often the advice is followed where it is shown, if there is both."""
    first = seen[seen["stage"] == "review"]
    shown, blind = first[first["cued"]], first[~first["cued"]]
    follow = [(int((~some["override"]).sum()), len(some)) for some in (shown, blind)]
    return {
        "followed_shown": share(*follow[0]),
        "followed_blind": share(*follow[1]),
        "difference": difference(*follow[0], *follow[1]),
    }


def _agreement(seen: pd.DataFrame) -> dict[str, Any]:
    """Of first and second looks at the same cases."""
    pairs = seen[seen["stage"].isin(["review", "second"])]
    table = pairs.pivot_table(index="prediction_id", columns="stage", values="action",
                              aggfunc="first", observed=False)  # fmt: skip
    if "second" not in table:
        table["second"] = np.nan
    both = table[["review", "second"]].dropna().to_numpy().astype(np.int64)
    one, other = both[:, 0], both[:, 1]
    figures = {
        "cohen_kappa": cohen_kappa(one, other),
        "fleiss_kappa": fleiss_kappa(both),
        "krippendorff_alpha": krippendorff_alpha(both),
    }
    agreed = observed(one, other) if both.size else 0.0
    return {
        "cases": len(both),
        "agreed": share(round(agreed * len(both)), len(both)),
        **{name: value if np.isfinite(value) else None for name, value in figures.items()},
    }


def _value(run: Run, worth: pd.DataFrame, against: Run | None) -> dict[str, Any]:
    """Money a case with reviews, with the best threshold, and with another run of the rounds."""
    profit = worth["profit"]
    found = {
        "wage": _wage(run),
        "cost": float(worth["cost"].mean()),
        "profit": float(profit.mean()),
        "best_threshold": float((profit + worth["regret"]).mean()),
        "value": _interval(worth["value"].to_numpy()),
    }
    if against is not None:
        other = pd.Series(against.metric("true", "profit")).reindex(worth.index)
        found["against"] = {
            "folder": str(against.folder),
            "profit": float(other.mean()),
            "value": _interval((profit - worth["cost"] - other).to_numpy()),
        }
    return found


def _interval(values: Any) -> dict[str, float | None]:
    mean, low, high = paired_t(np.asarray(values, dtype=np.float64))
    found = {"mean": mean, "low": low, "high": high}
    return {name: value if np.isfinite(value) else None for name, value in found.items()}

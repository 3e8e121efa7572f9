"""What an officer of compliance asks of a run: rules, rights, limits, versions, and the record.

All from the team's own log, but one table: what the simulator knows of a limit's figures beside
what the dashboard showed. Ready for JSON.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from loopsim.limits import Limit
from loopsim.objective import Objective, figure
from loopsim.report.audit_intervals import share
from loopsim.runs import Run, chain
from loopsim.runs.folder import Folder
from loopsim.scenario_governance import Governance

HIDDEN_FROM = ("model input and its schema", "monitors", "predictions on disk")


def compliance(run: Run) -> dict[str, Any]:
    """Everything that there is to tell of a run in a folder.

    Returns
    -------
    dict
        ``objective``, ``limits`` (with breaches by round, seen and true), ``groups`` (decisions,
        rate of yes and of labels, with 95% Wilson intervals), ``consent``, ``retention``,
        ``erasure``, ``sensitive``, ``versions``, ``overrides``, ``integrity``. None is unknown or
        not ruled.
    """
    assert run.folder is not None
    plan = run.scenario.governance or Governance()
    events = run.events()
    return {
        "folder": str(run.folder),
        "status": run.status,
        "rounds": run.manifest["rounds_done"],
        "objective": _objective(run, plan),
        "limits": [_limit(run, text, events) for text in plan.limits],
        "groups": _groups(run),
        "consent": _consent(run, plan, events),
        "retention": _retention(run, plan, events),
        "erasure": _erasure(run, plan, events),
        "sensitive": {"columns": list(plan.sensitive), "kept_out_of": list(HIDDEN_FROM)},
        "versions": _versions(run),
        "overrides": _overrides(run),
        "integrity": chain.verify(Folder(run.folder)).to_dict(),
    }


def _values(run: Run, name: str) -> np.ndarray | None:
    """(rounds,) a figure by its name; None if the run does not show it."""
    ledger, metric, group = figure(name)
    try:
        if ledger == "cost":
            return run.metric("observed", f"cost.{metric}", group)
        return run.metric(ledger, metric, group)
    except KeyError:
        return None


def _objective(run: Run, plan: Governance) -> dict[str, Any] | None:
    """Its value over the last rounds, and over all."""
    if not plan.objective:
        return None
    mix = Objective.parse(plan.objective)
    paths = {name: _values(run, name) for name in mix.names}
    unknown = [name for name, path in paths.items() if path is None]
    if unknown:
        return {"text": mix.text, "mean": None, "last": None, "unknown": unknown}
    path = np.asarray(mix.value(paths), dtype=np.float64)
    window = run.scenario.observed.window
    return {"text": mix.text, "mean": _mean(path), "last": _mean(path[-window:]), "unknown": []}


def _mean(path: np.ndarray) -> float | None:
    known = path[np.isfinite(path)]
    return float(known.mean()) if known.size else None


def _limit(run: Run, text: str, events: pd.DataFrame) -> dict[str, Any]:
    """When it was broken on the dashboard, and when in truth, where the world knows the figures."""
    limit = Limit.parse(text)
    seen = {name: _values(run, name) for name in limit.mix.names}
    true = {name: _values(run, name.replace("observed.", "true.", 1)) for name in limit.mix.names}
    broken = sorted(
        int(row["round"]) for row in events.to_dict("records")
        if row["kind"] == "breach" and row.get("limit") == limit.text
    )  # fmt: skip
    return {
        "text": limit.text,
        "breaches": broken,
        "unknown": _count(limit, seen, None),
        "true": _count(limit, true, False),
        "missed": _missed(limit, seen, true),
    }


def _states(limit: Limit, paths: dict[str, Any]) -> list[bool | None]:
    """Round by round: kept, broken, unknown."""
    if any(path is None for path in paths.values()):
        return []
    rounds = range(min(len(path) for path in paths.values()))
    return [limit.holds({name: path[t] for name, path in paths.items()}) for t in rounds]


def _count(limit: Limit, paths: dict[str, Any], state: bool | None) -> int | None:
    states = _states(limit, paths)
    return sum(found is state for found in states) if states else None


def _missed(limit: Limit, seen: dict[str, Any], true: dict[str, Any]) -> int | None:
    """Rounds in which it was broken in truth and nobody could see it."""
    pairs = list(zip(_states(limit, seen), _states(limit, true), strict=False))
    return sum(mine is not False and theirs is False for mine, theirs in pairs) if pairs else None


def _groups(run: Run) -> list[dict[str, Any]]:
    """Who was decided about, with which rates; one row of everybody where no record says who."""
    cases = run.predictions()
    if cases.empty:
        return []
    labels = run.feedback(["prediction_id", "label", "kind"])
    labels = labels.loc[labels["kind"].astype(str) == "outcome", ["prediction_id", "label"]]
    cases = cases.merge(labels, on="prediction_id", how="left")
    parts = [("all", cases)]
    if "group" in cases:
        parts += [(str(name), part) for name, part in cases.groupby("group", observed=True)]
    return [_row(name, part) | {"counted": _counted(run, name)} for name, part in parts]


def _counted(run: Run, group: str) -> float | None:
    """The share of yes as the dashboard counted it, before anything was erased."""
    path = _values(run, "observed.approval" if group == "all" else f"observed.approval[{group}]")
    return None if path is None else _mean(path)


def _row(name: str, cases: pd.DataFrame) -> dict[str, Any]:
    known = cases["label"].notna()
    good = cases.loc[known, "label"]
    binary = bool(good.isin([0, 1]).all()) and bool(cases["action"].isin([0, 1]).all())
    return {
        "group": name,
        "decisions": len(cases),
        "yes": share(int((cases["action"] == 1).sum()), len(cases) if binary else 0),
        "labelled": share(int(known.sum()), len(cases)),
        "good": share(int((good == 1).sum()), int(known.sum()) if binary else 0),
    }


def _total(run: Run, name: str) -> int | None:
    path = _values(run, f"observed.{name}")
    return None if path is None else int(np.nansum(path))


def _last(run: Run, name: str) -> float | None:
    path = _values(run, f"observed.{name}")
    return None if path is None or not path.size else float(path[-1])


def _consent(run: Run, plan: Governance, events: pd.DataFrame) -> dict[str, Any]:
    return {
        "share": plan.consent,
        "withheld": _total(run, "consent.withheld") or 0,
        "decisions": run.manifest["decisions"],
    }


def _retention(run: Run, plan: Governance, events: pd.DataFrame) -> dict[str, Any]:
    old = events[events["kind"] == "expired"]
    first = run.predictions(["round"])["round"].min()
    return {
        "rounds": plan.retention,
        "clean_ups": len(old),
        "rows": int(old["rows"].sum()) if len(old) else 0,
        "before": int(old["before"].max()) if len(old) else 0,
        "oldest": None if pd.isna(first) else int(first),
    }


def _erasure(run: Run, plan: Governance, events: pd.DataFrame) -> dict[str, Any] | None:
    """Requests, what became of them, and how long they waited."""
    if plan.erasure is None:
        return None
    done = events[events["kind"] == "erased"]
    waits: Counter[int] = Counter()
    for held in done["waits"] if len(done) else ():
        waits.update({int(rounds): count for rounds, count in held.items()})
    each = np.repeat(list(waits), list(waits.values())) if waits else np.empty(0)
    return {
        "asked": _total(run, "erasure.asked"),
        "done": int(done["people"].sum()) if len(done) else 0,
        "waiting": _last(run, "erasure.waiting"),
        "overdue": _last(run, "erasure.overdue"),
        "late": int(done["late"].sum()) if len(done) else 0,
        "deadline": plan.erasure.deadline,
        "median": float(np.median(each)) if each.size else None,
        "longest": int(each.max()) if each.size else None,
        "rows": int(done["rows"].sum()) if len(done) else 0,
        "labels": int(done["labels"].sum()) if len(done) else 0,
        "refit": plan.erasure.refit,
        "live": _last(run, "erasure.live"),
    }


def _versions(run: Run) -> list[dict[str, Any]]:
    """What each version was fitted on, and who let it pass; see `loopsim lineage`."""
    return [
        {
            "version": record["version"],
            "round": record["live"],
            "rows": record["rows"],
            "data": record["data"]["hash"],
            "gate": (record["gate"] or {}).get("kind"),
            "approver": (record["gate"] or {}).get("approver"),
            "reason": record["reason"],
        }
        for record in run.lineage().versions
    ]


def _overrides(run: Run) -> dict[str, Any] | None:
    """Reviews and how many changed the advice; None without a desk."""
    looks = run.reviews()
    if looks.empty:
        return None
    seen = looks[looks["reviewer"].notna()]
    changed = int((seen["action"] != seen["advised"]).sum())
    return {"looks": len(seen), "overrides": share(changed, len(seen))}

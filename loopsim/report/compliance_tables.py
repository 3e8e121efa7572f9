"""A run's compliance as tables, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from loopsim.report.audit_tables import UNKNOWN, Table

Facts = dict[str, Any]
SHORT = 12  # digits of a hash
WHAT = ["what", "is"]


def tables(facts: Facts) -> list[Table]:
    """Those of `loopsim.report.compliance.compliance`."""
    made = [_aims(facts), _groups(facts["groups"]), _consent(facts), _erasure(facts["erasure"])]
    made += [_columns(facts["sensitive"]), _versions(facts["versions"])]
    made += [_overrides(facts["overrides"]), _integrity(facts["integrity"])]
    return [table for table in made if table is not None]


def _aims(facts: Facts) -> Table:
    goal, rows = facts["objective"], []
    if goal is not None:
        value = f"mean {_number(goal['mean'])}, at the end {_number(goal['last'])}"
        unknown = f"unknown: {', '.join(goal['unknown'])}"
        rows.append(
            [f"objective: {goal['text']}", unknown if goal["unknown"] else value, "", "", ""]
        )
    for limit in facts["limits"]:
        rows.append(
            [
                f"limit: {limit['text']}", spans(limit["breaches"]), _whole(limit["unknown"]),
                _whole(limit["true"]), _whole(limit["missed"]),
            ]
        )  # fmt: skip
    note = (
        "Breaches are what the dashboard showed. The last two columns are known to the simulator "
        "alone: rounds in which the same figures broke the limit in truth, and those of them in "
        "which the dashboard showed no breach."
    )
    columns = ["aim", "broken in rounds", "unknown in", "broken in truth", "not seen"]
    return Table("Objective and limits", note if rows else "None is stated.", columns, rows)


def _groups(groups: Sequence[Facts]) -> Table | None:
    if not groups:
        return None
    rows = [
        [
            row["group"], f"{row['decisions']:,}", _share(row["yes"]),
            UNKNOWN if row["counted"] is None else f"{row['counted']:.3f}",
            _share(row["labelled"]), _share(row["good"]),
        ]
        for row in groups
    ]  # fmt: skip
    note = (
        "From the log as it is now: what was erased or is too old is not in it, so its share of "
        "yes may differ from the one that the dashboard counted at the time (mean of its rounds). "
        "Brackets are 95% Wilson intervals; good is of the labels that came."
    )
    if len(groups) == 1:
        note += " No record says who belongs to which group."
    columns = ["group", "decisions", "yes", "yes, as counted", "label came", "good"]
    return Table("Who was decided about", note, columns, rows)


def _consent(facts: Facts) -> Table:
    consent, kept = facts["consent"], facts["retention"]
    share = consent["share"]
    by_group = isinstance(share, dict)
    said = ", ".join(f"{g} {s:g}" for g, s in share.items()) if by_group else f"{share:g}"
    rows = [
        ["share of people who consent to training", said],
        [
            "decisions withheld from training",
            f"{consent['withheld']:,} of {consent['decisions']:,}",
        ],
        ["rows are kept for", "ever" if kept["rounds"] is None else f"{kept['rounds']} rounds"],
        ["clean-ups that removed what was too old", f"{kept['clean_ups']:,}"],
        ["training rows removed by them", f"{kept['rows']:,}"],
        ["oldest round in the log", UNKNOWN if kept["oldest"] is None else str(kept["oldest"])],
    ]
    return Table("Consent and retention", "From the log and the events.", WHAT, rows)


def _erasure(erasure: Facts | None) -> Table | None:
    if erasure is None:
        return None
    deadline = erasure["deadline"]
    rows = [
        ["requests", _whole(erasure["asked"])],
        ["people erased", f"{erasure['done']:,}"],
        ["still waiting", _whole(erasure["waiting"])],
        ["rounds from request to erasure, median and longest",
         f"{_whole(erasure['median'])}, {_whole(erasure['longest'])}"],
        ["deadline", "none" if deadline is None else f"{deadline} rounds"],
        ["erased after the deadline", f"{erasure['late']:,}"],
        ["waiting beyond the deadline", _whole(erasure["overdue"])],
        ["training rows erased", f"{erasure['rows']:,}"],
        ["labels that will never come", f"{erasure['labels']:,}"],
        ["an erasure makes a refit due", "yes" if erasure["refit"] else "no"],
        ["rows of the live version that are erased", _whole(erasure["live"])],
    ]  # fmt: skip
    note = (
        "Events bear a receipt for each request, a keyed token that tells nobody who it was. While "
        "a run is under way its last two checkpoints still hold what was erased since."
    )
    return Table("Erasure", note, WHAT, rows)


def _columns(sensitive: Facts) -> Table:
    names = ", ".join(sensitive["columns"]) or "none"
    kept = ", ".join(sensitive["kept_out_of"]) if sensitive["columns"] else UNKNOWN
    rows = [["sensitive columns", names], ["kept out of", kept]]
    return Table("Sensitive columns", "From the scenario.", WHAT, rows)


def _versions(versions: Sequence[Facts]) -> Table | None:
    rows = [
        [
            str(v["version"]), _whole(v["round"]), f"{v['rows']:,}", (v["data"] or UNKNOWN)[:SHORT],
            v["gate"] or UNKNOWN, v["approver"] or UNKNOWN, v["reason"],
        ]
        for v in versions
    ]  # fmt: skip
    note = f"The data's hash is SHA-256, here its first {SHORT} digits; loopsim lineage has it all."
    columns = ["version", "live from", "rows", "data", "gate", "approver", "why"]
    return Table("Versions and who let them pass", note, columns, rows) if rows else None


def _overrides(found: Facts | None) -> Table | None:
    if found is None:
        return None
    rows = [
        ["looks", f"{found['looks']:,}"],
        ["departed from the advice", _share(found["overrides"])],
    ]
    return Table("Reviews", "From the log; loopsim audit has it by reviewer.", WHAT, rows)


def _integrity(found: Facts) -> Table:
    state = "intact" if found["intact"] else f"BROKEN at line {found['broken']}: {found['why']}"
    rows = [["event log", state], ["events", f"{found['lines']:,}"], ["head", found["head"]]]
    note = "Write the head down elsewhere: loopsim verify RUN --head HASH holds the log against it."
    return Table("Integrity of the record", note, WHAT, rows)


def spans(rounds: Sequence[int]) -> str:
    """Rounds in words.

    >>> spans([1, 2, 3, 7]), spans([])
    ('1–3, 7 (4)', 'none')
    """
    if not rounds:
        return "none"
    runs = [[t for _, t in run] for _, run in groupby(enumerate(rounds), lambda p: p[1] - p[0])]
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    shown = parts if len(parts) <= 6 else [*parts[:5], "…", parts[-1]]
    return f"{', '.join(shown)} ({len(rounds)})"


def _share(share: Facts) -> str:
    if share["share"] is None:
        return UNKNOWN
    return f"{share['share']:.3f} [{share['low']:.3f}, {share['high']:.3f}]"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4f}"


def _whole(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,g}"

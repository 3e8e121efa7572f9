"""A lineage as tables of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loopsim.report.audit_tables import UNKNOWN, Table

Facts = dict[str, Any]
SHORT = 8  # digits of a hash that tell two apart at a glance
BRIEF = 44  # characters of a reason
WHAT = ["what", "is"]
NARROW = ("no.", "live", "rows", "of rounds", "data", "model")  # never broken over lines


def versions(records: Sequence[Facts]) -> Table:
    """One row a version."""
    columns = ["no.", "parent", "fitted", "live", "rows", "of rounds", "data", "model", "why"]
    rows = [
        [
            str(record["version"]),
            _or(record["parent"]),
            str(record["fitted"]),
            _live(record),
            f"{record['rows']:,}",
            _stretch(record["data"].get("first"), record["data"].get("last")),
            record["data"]["hash"][:SHORT],
            _hash(record["model"].get("sha256")),
            _brief(record["reason"]),
        ]
        for record in records
    ]
    note = "Hashes are SHA-256, here their first 8 digits; --json has them whole."
    return Table("Versions", note, columns, rows)


def refused(events: Sequence[Facts]) -> list[Table]:
    """Candidates that never became a version, if there are any."""
    rows = [[str(int(e["round"])), str(int(e["version"])), str(e["reason"])] for e in events]
    if not rows:
        return []
    return [Table("Candidates that did not go live", "", ["round", "champion", "why"], rows)]


def version(record: Facts) -> Table:
    """Everything that is known of one version."""
    rows = [[name, text] for name, text in _of_version(record) if text != UNKNOWN]
    return Table(f"Version {record['version']}", "", WHAT, rows)


def prediction(facts: Facts) -> list[Table]:
    """Everything that one decision depended on, and what came back."""
    row, record = facts["prediction"], facts["version"]
    asked = Table(f"Prediction {row['prediction_id']}", "", WHAT, [[k, _text(v)] for k, v in
                  row.items() if k != "prediction_id"])  # fmt: skip
    settled = facts["threshold"] or {}
    rows = [
        ["line of versions", " < ".join(map(str, facts["ancestors"])) or UNKNOWN],
        ["live in its round", f"version {facts['live']}" if facts["live"] else UNKNOWN],
        ["highest score with a no", _text(settled.get("highest_no"))],
        ["lowest score with a yes", _text(settled.get("lowest_yes"))],
        ["seed", str(facts["seed"])],
        ["software", ", ".join(f"{k} {v}" for k, v in facts["software"].items())],
    ]
    note = "The scores are of its round, group and version; chance and reviewers left out."
    made = [asked, Table("Decided by", note, WHAT, rows)]
    made += [] if record is None else [version(record)]
    made += _rows("Looks of reviewers", facts["reviews"])
    return made + _rows("What came back", facts["feedback"])


def _rows(title: str, rows: Sequence[Facts]) -> list[Table]:
    if not rows:
        return []
    names = [name for name in rows[0] if name != "prediction_id"]
    return [Table(title, "", names, [[_text(row[name]) for name in names] for row in rows])]


def _of_version(record: Facts) -> Iterable[tuple[str, str]]:
    data, gate, desk = record["data"], record["gate"] or {}, record["desk"] or {}
    yield "reason", record["reason"]
    yield "live in rounds", _live(record)
    yield "fitted in round", str(record["fitted"])
    yield "parent", _or(record["parent"])
    if record["model_of"] != record["version"]:
        yield "model of version", str(record["model_of"])
    yield "starts from its parent's parameters", "yes" if record["goes_on"] else "no"
    yield "training rows", f"{record['rows']:,}"
    yield "their rounds", _stretch(data.get("first"), data.get("last"))
    yield "their hash", data["hash"]
    yield "by kind of feedback", _counts(data.get("by_kind"))
    yield "without a label", _text(data.get("without_label"))
    yield "by the version that scored them", _counts(data.get("by_version"))
    yield "features", f"{', '.join(record['features']['names'])} ({record['features']['hash']})"
    yield "model", _part(record["model"])
    yield "model file", _text(record["model"].get("file"))
    yield "its hash", _text(record["model"].get("sha256"))
    yield "policy", _part(record["policy"])
    yield "thresholds", _counts(record["thresholds"])
    yield "desk", _part(desk) if desk else UNKNOWN
    yield "reviewers' guideline", _text(desk.get("guideline"))
    yield "monitors' reference", _text(record["reference"])
    yield "gate", gate.get("kind", UNKNOWN)
    yield "verdict", ": ".join(filter(None, (gate.get("answer"), gate.get("why")))) or UNKNOWN
    yield "figures", _counts(gate.get("figures"))
    yield "approver", _text(gate.get("approver"))
    yield "scenario", record["scenario"]


def _part(settings: Facts) -> str:
    return f"{settings['kind']} ({settings['hash']})"


def _counts(values: Any) -> str:
    if not isinstance(values, dict):
        return _text(values)
    return ", ".join(f"{name}: {_counts(value)}" for name, value in values.items()) or UNKNOWN


def _text(value: Any) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _hash(value: str | None) -> str:
    return UNKNOWN if value is None else value[:SHORT]


def _or(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


def _stretch(first: int | None, last: int | None) -> str:
    """Rounds from one to another, both included; open where there is no last one."""
    if first is None:
        return UNKNOWN
    if last is not None and last < 0:
        return "history"
    return f"{first}–" if last is None else f"{first}–{last}"


def _live(record: Facts) -> str:
    """The rounds in which a version decided; it gives way at the start of the one after."""
    live, until = record["live"], record["until"]
    if live is None or until == live:
        return UNKNOWN
    return _stretch(live, None if until is None else until - 1)


def _brief(text: str) -> str:
    return text if len(text) <= BRIEF else text[: BRIEF - 1].rstrip() + "…"

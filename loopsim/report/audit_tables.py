"""An audit as tables, for the terminal and the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "–"


@dataclass(frozen=True)
class Table:
    """A title, what it says and where it is from, and rows of text."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)


def tables(facts: dict[str, Any]) -> list[Table]:
    """Those of `loopsim.report.audit.audit`."""
    by = [_by(name, rows) for name, rows in facts["by"].items()]
    return [*totals(facts), *by, _stamps(facts["rubber_stamping"]),
            _pairs(facts["agreement"], facts["cue"])]  # fmt: skip


def totals(facts: dict[str, Any]) -> list[Table]:
    """Of the whole run: what the desk did, and what that was worth."""
    return [_desk(facts["desk"]), _value(facts["value"])]


def _desk(desk: dict[str, Any]) -> Table:
    rows = [
        ["decisions", f"{desk['decisions']:,}"],
        ["sent to the desk", f"{desk['sent']:,}"],
        ["reviewed", f"{desk['reviewed']:,}"],
        ["nobody had room for", _share(desk["no_room"])],
        ["changed by review", _share(desk["changed"])],
        ["looks", f"{desk['looks']:,}"],
        ["hours worked", f"{desk['hours']:,.1f}"],
        ["rounds waited, mean and 95th percentile",
         f"{desk['waited_mean']:.3f}, {desk['waited_p95']:.3f}"],
    ]  # fmt: skip
    return Table("The desk", "From the log.", ["what", "figure"], rows)


def _value(value: dict[str, Any]) -> Table:
    rows = [
        ["profit with reviews", _money(value["profit"])],
        ["cost of reviewers' hours", _money(value["cost"])],
        ["profit of the best threshold", _money(value["best_threshold"])],
        ["value of review: net of cost, less the best threshold", _mean(value["value"])],
    ]
    if "against" in value:
        other = value["against"]
        rows.append([f"profit of {other['folder']}", _money(other["profit"])])
        rows.append(["value of review against it, net of cost", _mean(other["value"])])
    note = (
        "True: from the world, known to no team. Money a case, in units of one loan; the best "
        "single threshold on the same scores is chosen in hindsight in each round and saves the "
        "reviewers' cost. Intervals are over rounds."
    )
    return Table("Did review pay?", note, ["what", "figure"], rows)


def _by(name: str, rows: list[dict[str, Any]]) -> Table:
    cells = [
        [
            str(row[name]), f"{row['looks']:,}", _share(row["override"]), f"{row['stood']:,}",
            _share(row["right"]), f"{row['first_round']}–{row['last_round']}",
        ]
        for row in rows
    ]  # fmt: skip
    note = (
        "From the log: answers that departed from the advice, those that counted in the end, and "
        "how many of them proved right where the outcome came back (in brackets: of how many). "
        "The outcome of an override to no may stay hidden."
    )
    columns = [name, "looks", "overrides", "counted", "proved right", "rounds"]
    return Table(f"By {name}", note, columns, cells)


def _stamps(rows: list[dict[str, Any]]) -> Table:
    cells = [
        [
            str(row["reviewer"]), f"{row['looks']:,}", _share(row["override"]),
            _mean(row["doubtful_less_clear"]), f"{row['minutes']:.1f}",
            "rubber stamp" if row["stamp"] else "",
        ]
        for row in rows
    ]  # fmt: skip
    note = (
        "From the log, looks at which the score was shown. Who weighs evidence departs more often "
        "where the score is doubtful; near 0 it is habit, one way or the other."
    )
    columns = ["reviewer", "looks", "overrides", "doubtful less clear", "median minutes", ""]
    return Table("Rubber-stamping", note, columns, cells)


def _pairs(agreement: dict[str, Any], cue: dict[str, Any]) -> Table:
    rows = [
        ["cases with two looks", f"{agreement['cases']:,}"],
        ["agreed", _share(agreement["agreed"])],
        ["Cohen's kappa (first against second look)", _number(agreement["cohen_kappa"])],
        ["Fleiss' kappa", _number(agreement["fleiss_kappa"])],
        ["Krippendorff's alpha", _number(agreement["krippendorff_alpha"])],
        ["advice followed where it was shown", _share(cue["followed_shown"])],
        ["advice met where reviewers were blind", _share(cue["followed_blind"])],
        ["difference", _mean(cue["difference"])],
    ]
    return Table("Agreement", "From the log.", ["what", "figure"], rows)


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"


def _money(value: float | None) -> str:
    return UNKNOWN if value is None or value != value else f"{value:+.4f}"


def _share(share: dict[str, Any]) -> str:
    if share["share"] is None:
        return UNKNOWN
    return f"{share['share']:.3f} [{share['low']:.3f}, {share['high']:.3f}] ({share['of']:,})"


def _mean(found: dict[str, Any]) -> str:
    if found["mean"] is None:
        return UNKNOWN
    low, high = (UNKNOWN if found[k] is None else f"{found[k]:+.4f}" for k in ("low", "high"))
    return f"{found['mean']:+.4f} [{low}, {high}]"

"""The gallery as a page: picture, claim, verdict and command of every experiment.

Made from the experiments' files and what is committed of them; nothing runs.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from loopsim.experiment import files
from loopsim.experiment.form import KINDS, Experiment, load
from loopsim.experiment.reference import PICTURE, Committed, Row, committed

HEADS = {
    "published": "Published results",
    "sign": "Published signs",
    "pathology": "Pathologies, and what mends them",
}


def pictures() -> dict[str, Path]:
    """Where each picture is, by its address in the site."""
    found = {f"gallery/{name}.png": files.REFERENCE / name / PICTURE for name in files.names()}
    return {address: path for address, path in found.items() if path.is_file()}


def page() -> str:
    """All experiments, kind by kind, as Markdown."""
    found = [load(name) for name in files.names()]
    parts = [_totals(found)]
    for kind in KINDS:
        some = [one for one in found if one.kind == kind]
        if some:
            parts += [f"## {HEADS[kind]}", *map(_entry, some)]
    return "\n\n".join(parts)


def _totals(found: list[Experiment]) -> str:
    held = [committed(one.name) for one in found]
    verdicts = [row["verdict"] for one in held for row in one.checks]
    told = f"{len(found)} experiments; {verdicts.count('holds')} of {len(verdicts)} checks hold."
    seconds = [one.seconds for one in held if one.seconds is not None]
    if len(seconds) < len(found):
        return told
    return f"{told} One after the other they took {sum(seconds) / 60:.0f} minutes."


def _entry(one: Experiment) -> str:
    held = committed(one.name)
    parts = [f"### {_title(one)}", f"*{one.question}*"]
    if f"gallery/{one.name}.png" in pictures():
        parts.append(f"![{one.question}](gallery/{one.name}.png)")
    parts += [f"{one.caption}", _facts(one, held), f"```\nloopsim experiment run {one.name}\n```"]
    return "\n\n".join([*parts, _figures(held.checks)] if held.checks else parts)


def _title(one: Experiment) -> str:
    if one.topic:
        return f"{one.topic.capitalize()}: {one.world}"
    return one.name.replace("_", " ").capitalize()


def _facts(one: Experiment, held: Committed) -> str:
    facts = {
        "Claim": one.claim,
        "Verdict": held.verdict.replace("MISSED", "**MISSED**"),
        "Loop": ", ".join(one.loops),
        "Mended by": one.mend,
        "Control": one.control,
        "Runs": one.seeds + ("" if held.seconds is None else f"; {held.seconds:.0f} s"),
        "Source": one.source,
    }
    return "\n".join(f"- **{name}:** {text}" for name, text in facts.items() if text)


def _figures(rows: tuple[Row, ...]) -> str:
    """The checks, folded away; plain HTML, which needs no extension."""
    head = "<tr><th>figure</th><th>measured</th><th>interval</th><th>band</th><th>verdict</th></tr>"
    body = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in _cells(r))}</tr>" for r in rows)
    return f"<details><summary>{len(rows)} figures</summary><table>{head}{body}</table></details>"


def _cells(row: Row) -> tuple[str, ...]:
    interval = row.get("interval")
    return (
        row["name"], _number(row["measured"]), _ends(interval) if interval else "",
        _ends([row["low"], row["high"]]), row["verdict"],
    )  # fmt: skip


def _ends(ends: list[float | None]) -> str:
    low, high = ("−∞" if ends[0] is None else _number(ends[0])), _number(ends[1])
    return f"{low} to {'∞' if ends[1] is None else high}"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}".replace("-", "−")

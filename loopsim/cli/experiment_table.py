"""The tables of claims: measured figures, bands, verdicts and wall time."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from loopsim.experiment import files
from loopsim.experiment.running import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loopsim.experiment import Check, Experiment
    from loopsim.experiment.reference import Committed
    from loopsim.experiment.together import Broken

WIDE = 118  # columns where the output is no terminal
MOST = 12  # differences shown of one experiment


def show_list(found: Sequence[tuple[Experiment, Committed]]) -> None:
    """A row an experiment."""
    table = _table("name", "kind", "question", "as committed", "seconds")
    for one, held in found:
        seconds = "" if held.seconds is None else f"{held.seconds:.0f}"
        table.add_row(one.name, _kind(one), escape(one.question), _verdict(held.verdict), seconds)
    _console().print(table)


def show(done: Sequence[Result | Broken], claim: str = "", seconds: float = 0.0) -> None:
    """One table of all checks, then how each compares with what is committed, and the totals."""
    console = _console()
    if claim:
        console.print(claim, markup=False)
    table = _table("figure", "measured", "95% interval", "band", "verdict")
    for one in done:
        if isinstance(one, Result):
            _rows(table, one, headed=len(done) > 1)
    if table.row_count:
        console.print(table)
    for one in done:
        for line in _told(one):
            console.print(line, markup=False, soft_wrap=True)
    if len(done) > 1:
        console.print(_totals(done, seconds), markup=False)


def tell(one: Result | Broken) -> None:
    """A line on standard error as each ends."""
    console = Console(stderr=True, highlight=False)
    console.print(_told(one)[0], markup=False, soft_wrap=True)


def differs(one: Result | Broken) -> bool:
    """Whether it is another than what is committed."""
    return isinstance(one, Result) and bool(one.differences)


def broken(one: Result | Broken) -> bool:
    """Whether it did not end."""
    return not isinstance(one, Result)


def plain(one: Experiment, held: Committed) -> dict[str, Any]:
    """For JSON."""
    return {
        "name": one.name, "kind": one.kind, "world": one.world, "topic": one.topic,
        "question": one.question, "claim": one.claim, "verdict": held.verdict,
        "seconds": held.seconds,
    }  # fmt: skip


def of_run(one: Result | Broken) -> dict[str, Any]:
    """For JSON."""
    if not isinstance(one, Result):
        return {"name": one.name, "error": one.error}
    return {
        "name": one.name, "kind": one.kind, "checks": [check.as_dict() for check in one.checks],
        "differences": list(one.differences), "seconds": round(one.seconds, 1),
        "folder": str(one.folder),
    }  # fmt: skip


def _rows(table: Table, one: Result, headed: bool) -> None:
    if headed:
        table.add_section()
        table.add_row(f"[bold]{one.name}[/] ({one.kind})", "", "", "", f"{one.seconds:.1f} s")
    for check in one.checks:
        table.add_row(
            escape(check.name), _number(check.measured), _interval(check), _band(check),
            _verdict(check.verdict),
        )  # fmt: skip


def _told(one: Result | Broken) -> list[str]:
    """How an experiment ended."""
    if not isinstance(one, Result):
        return [f"     –    {one.name}: did not end: {one.error}"]
    first = f"{one.seconds:7.1f} s  {one.name}: {one.verdict}; {_compared(one)}; {one.folder}"
    more = [f"            {text}" for text in one.differences[:MOST]]
    if len(one.differences) > MOST:
        more.append(f"            and {len(one.differences) - MOST} more")
    return [first, *more]


def _compared(one: Result) -> str:
    """With what is committed."""
    if one.folder.is_relative_to(files.REFERENCE):
        return "written"
    if one.name.endswith(".py"):
        return "nothing to compare with"
    return f"differs in {len(one.differences)}" if one.differences else "as committed"


def _totals(done: Sequence[Result | Broken], seconds: float) -> str:
    checks = [check for one in done if isinstance(one, Result) for check in one.checks]
    same = sum(isinstance(one, Result) and not one.differences for one in done)
    holding = sum(check.holds for check in checks)
    return (
        f"{holding} of {len(checks)} checks hold; "
        f"{same} of {len(done)} experiments as committed; {seconds:.0f} s"
    )


def _kind(one: Experiment) -> str:
    return f"{one.kind}: {one.topic}" if one.topic else one.kind


def _interval(check: Check) -> str:
    if check.interval is None:
        return ""
    return escape(f"[{_number(check.interval[0])}, {_number(check.interval[1])}]")


def _band(check: Check) -> str:
    """In signs; the interval must lie in it where it must be sure."""
    low, high = isfinite(check.low), isfinite(check.high)
    above, under = ("> ", "< ") if check.sure else ("≥ ", "≤ ")
    if low and high:
        return f"{_number(check.low)} to {_number(check.high)}"
    if low:
        return f"{above}{_number(check.low)}"
    return f"{under}{_number(check.high)}" if high else "any"


def _verdict(text: str) -> str:
    return escape(text).replace("MISSED", "[bold red]MISSED[/]")


def _number(value: float) -> str:
    """Four digits, with a real minus.

    >>> _number(-0.012345), _number(1758.26), _number(160000.0)
    ('−0.01235', '1758', '160000')
    """
    large = isfinite(value) and abs(value) >= 1000
    return (f"{value:.0f}" if large else f"{value:.4g}").replace("-", "−")


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        right = name in ("measured", "seconds")
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    return table


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)

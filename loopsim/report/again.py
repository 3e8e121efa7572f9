"""Again: the commands that take a run up, repeat it, or cut one of its loops."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Any

from loopsim.runs import Run


def commands(run: Run) -> list[tuple[str, str]]:
    """(what for, command) of everything that can be done with a run from here."""
    if run.folder is None:
        return []
    folder, scenario = quote(str(run.folder)), quote(str(run.folder / "scenario.yaml"))
    files = list(dict.fromkeys(own_code(run.scenario.as_dict())))
    code = "".join(f" --code {quote(file)}" for file in files)
    found = []
    if run.status in ("interrupted", "failed"):
        why = "Go on where it stopped, to the same bytes as if it never had"
        found.append((why, f"loopsim resume {folder}{code}"))
    found.append(("The same seed gives the same bytes again", f"loopsim run {scenario}{code}"))
    closed = [name for name, strength in run.scenario.strengths().items() if strength > 0]
    if closed:
        loop = "outcome" if "outcome" in closed else closed[0]
        why = "What a loop does, in exact twins"
        found.append((why, f"loopsim cut {scenario} --loop {loop}{code}"))
    return found


def own_code(settings: Any) -> Iterator[str]:
    """The user's own Python files that a scenario names, wherever in it.

    >>> list(own_code({"model": {"kind": "file", "path": "mine.py"}, "policy": {"kind": "budget"}}))
    ['mine.py']
    """
    if isinstance(settings, dict):
        if settings.get("kind") == "file" and "path" in settings:
            yield str(settings["path"])
        settings = list(settings.values())
    if isinstance(settings, list):
        for part in settings:
            yield from own_code(part)

"""events.jsonl: what happened, one line each, appended at once, in a chain of hashes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loopsim.errors import RunFolderError
from loopsim.runs.chain import START, seal_of, sealed
from loopsim.runs.folder import reported


class EventLog:
    """Appends events; those that a resumed run tells again are recognised by their place.

    A last line that was torn by a kill is cut off.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    count : int
        Lines in the file.
    head : str
        The hash of the last one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with reported(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
            self._file.seek(0)
            text = self._file.read()
            sound = text.rfind(b"\n") + 1
            self._file.truncate(sound)
        self._known = text[:sound].split(b"\n")[:-1]
        self.count = len(self._known)
        self.head = seal_of(self._known[-1]) if self._known else START

    def catch_up(self, events: Sequence[dict[str, Any]]) -> None:
        """Write those events of a restored run that the file does not have."""
        for at, event in enumerate(events):
            self.write(at, event)

    def write(self, at: int, event: dict[str, Any]) -> None:
        """Write the event number `at` of the run, unless it is there already."""
        if at < len(self._known):
            before = seal_of(self._known[at - 1]) if at else START
            line, _ = sealed(event, before)
            if self._known[at] != line:
                raise self._changed(at, line)
        elif at >= self.count:
            line, self.head = sealed(event, self.head)
            with reported(self.path):
                self._file.write(line + b"\n")
                self._file.flush()
            self.count += 1

    def _changed(self, at: int, line: bytes) -> RunFolderError:
        before = self._known[at].decode(errors="replace")
        return RunFolderError(
            f"{self.path}:{at + 1}: the run said {before}, but resumed it says {line.decode()}: "
            "has code, data or software changed since? Start a new run instead"
        )

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read(path: Path) -> list[dict[str, Any]]:
    """All whole lines, without their hashes; a torn last one is left out."""
    with reported(path, "read"):
        text = path.read_bytes() if path.is_file() else b""
    lines = text[: text.rfind(b"\n") + 1].splitlines()
    try:
        events = [dict(json.loads(line)) for line in lines]
    except (ValueError, TypeError) as error:
        raise RunFolderError(f"{path}: not one JSON object a line: {error}") from error
    return [{k: v for k, v in event.items() if k != "hash"} for event in events]

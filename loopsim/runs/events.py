"""events.jsonl: what happened, one line each, appended at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loopsim.errors import RunFolderError
from loopsim.runs.folder import reported


class EventLog:
    """Appends events; those that a resumed run tells again are recognised by their place.

    A last line that was torn by a kill is cut off.
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
        self._known = text[:sound].splitlines()
        self._count = len(self._known)

    def catch_up(self, events: Sequence[dict[str, Any]]) -> None:
        """Write those events of a restored run that the file does not have."""
        for at, event in enumerate(events):
            self.write(at, event)

    def write(self, at: int, event: dict[str, Any]) -> None:
        """Write the event number `at` of the run, unless it is there already."""
        line = json.dumps(event).encode()
        if at < len(self._known):
            if self._known[at] != line:
                raise self._changed(at, line)
        elif at >= self._count:
            with reported(self.path):
                self._file.write(line + b"\n")
                self._file.flush()
            self._count += 1

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
    """All whole lines; a torn last one is left out."""
    with reported(path, "read"):
        text = path.read_bytes() if path.is_file() else b""
    lines = text[: text.rfind(b"\n") + 1].splitlines()
    try:
        return [json.loads(line) for line in lines]
    except ValueError as error:
        raise RunFolderError(f"{path}: not one JSON object a line: {error}") from error

"""The study folder: where everything lies, and how results come into it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import loopsim
from loopsim.errors import RunFolderError
from loopsim.runs.folder import reported, write_text
from loopsim.studies import results
from loopsim.studies.address import Address

FORMAT = 1  # rises whenever an older loopsim could no longer read what is written


@dataclass(frozen=True)
class Folder:
    """The names of everything in a study folder."""

    path: Path

    facts = property(lambda self: self.path / "study.json")
    results = property(lambda self: self.path / "results")
    failed = property(lambda self: self.path / "failed")
    log = property(lambda self: self.path / "log")

    def begin(self) -> None:
        """Make it, or check that it is a study's."""
        with reported(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            there = {entry.name for entry in self.path.iterdir()}
        if self.facts.name not in there:
            if there - {f".{self.facts.name}.tmp"}:
                raise RunFolderError(
                    f"{self.path}: there is something else in it; a study needs a folder of its own"
                )
            facts = {"format": FORMAT, "loopsim": loopsim.__version__}
            write_text(self.facts, json.dumps(facts) + "\n")
        self.check()

    def check(self) -> None:
        """RunFolderError unless it is the folder of a study, in this format."""
        if not self.facts.is_file():
            raise RunFolderError(f"{self.path}: no study: it has no {self.facts.name}")
        try:
            found = json.loads(self.facts.read_text(encoding="utf-8"))["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise RunFolderError(f"{self.facts}: not that of a study: {error}") from error
        if found != FORMAT:
            raise RunFolderError(f"{self.path}: written in format {found}; this reads {FORMAT}")

    def result(self, address: Address) -> Path:
        """The file of what a run found."""
        return Path(self.results) / (address.what or "run") / f"{address.key}.parquet"

    def failure(self, address: Address) -> Path:
        """The file that says why it failed."""
        return Path(self.failed) / f"{address.key}.json"

    def kinds(self) -> list[str]:
        """The kinds of runs of which there are results."""
        return sorted(p.name for p in self.results.iterdir()) if self.results.is_dir() else []

    def listing(self, what: str) -> list[Path]:
        """The results of a kind, whole ones, in the order of their keys."""
        found = sorted((Path(self.results) / what).glob("*.parquet"))
        return [path for path in found if results.is_whole(path)]

    def failures(self) -> Iterator[dict[str, Any]]:
        """What is recorded of each run that failed."""
        for path in sorted(Path(self.failed).glob("*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))

    def note(self, owner: str, address: Address, seconds: float, ended: str) -> None:
        """A line in this process's log: a run ended, and when, and how long it took."""
        line = {
            "run": address.run, "what": address.what, "ended": ended, "seconds": round(seconds, 4),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }  # fmt: skip
        path = Path(self.log) / f"{owner}.jsonl"
        with reported(path):
            path.parent.mkdir(exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def logged(self) -> Iterator[dict[str, Any]]:
        """The lines of all logs; one that a kill left half written is left out."""
        for path in sorted(Path(self.log).glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


def publish(path: Path, data: bytes) -> None:
    """Put bytes under a name in one step, so that nobody ever sees a part of them.

    They are not forced onto the disk, which would take longer than many a run: what a power cut
    leaves half written is not whole, so it is run again.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    with reported(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, path)

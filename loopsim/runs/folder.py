"""The run folder: where everything lies, and how a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from loopsim.errors import RunFolderError

FORMAT = 1  # rises whenever an older loopsim could no longer read or resume what is written

_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space and `loopsim resume` the run",
    errno.EDQUOT: "the disk quota is used up; free some space and `loopsim resume` the run",
    errno.EROFS: "it is on a read-only file system; choose another folder",
    errno.EACCES: "you may not write there; choose another folder",
    errno.EPERM: "you may not write there; choose another folder",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
    errno.EEXIST: "a file of that name is in the way; choose another folder",
}


@dataclass(frozen=True)
class Folder:
    """The names of everything in a run folder."""

    path: Path

    scenario = property(lambda self: self.path / "scenario.yaml")
    manifest = property(lambda self: self.path / "manifest.json")
    timings = property(lambda self: self.path / "timings.json")
    lock = property(lambda self: self.path / "lock")
    events = property(lambda self: self.path / "events.jsonl")
    metrics = property(lambda self: self.path / "metrics.parquet")
    predictions = property(lambda self: self.path / "predictions")
    feedback = property(lambda self: self.path / "feedback")
    reviews = property(lambda self: self.path / "reviews")
    models = property(lambda self: self.path / "models")
    checkpoints = property(lambda self: self.path / "checkpoints")
    shards = property(lambda self: self.path / "shards")

    def model(self, version: int) -> Path:
        """The file of a model version."""
        return Path(self.models) / f"version-{version:04d}.skops"

    def lineage(self, version: int) -> Path:
        """What a model version came from, beside its file."""
        return Path(self.models) / f"version-{version:04d}.json"

    def candidate(self, since: int) -> Path:
        """The file of a model that waits at the gate."""
        return Path(self.models) / f"candidate-{since:07d}.skops"

    def shard(self, number: int) -> Path:
        """Where a shard of a split run keeps its rows while the run is under way."""
        return Path(self.shards) / f"{number:04d}"

    def tidy(self) -> None:
        """Remove what a killed run had only half written."""
        for leftover in self.path.rglob(".*.tmp"):
            leftover.unlink(missing_ok=True)


@contextmanager
def reported(path: Path, doing: str = "write") -> Iterator[None]:
    """Whatever the operating system refuses becomes a RunFolderError that names the path."""
    try:
        yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0, error.strerror or str(error))
        raise RunFolderError(f"cannot {doing} {path}: {cause}") from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, which becomes `path` once the block has ended well.

    The data are on the disk before the name is, so that after a kill or a power cut the file is
    there whole or not at all. A file that was there before is replaced in one step.
    """
    part = path.with_name(f".{path.name}.tmp")
    try:
        with reported(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield part
            _sync(part)
            os.replace(part, path)
            _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a small text file, whole or not at all."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder; its rename is durable by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

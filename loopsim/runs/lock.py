"""One writer a run: a lock file that says which process writes the folder."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

from loopsim.errors import RunFolderError
from loopsim.runs.folder import reported


class Lock:
    """Held while a process writes a run folder; a dead process's lock is taken over.

    Parameters
    ----------
    path : Path
        The lock file.

    Raises
    ------
    RunFolderError
        On entering, if another live process holds the lock (or one on another machine, about which
        nothing can be known from here).
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Lock:
        with reported(self.path):
            try:
                self._create()
            except FileExistsError:
                self._refuse_if_live()
                self.path.unlink(missing_ok=True)
                self._create()
        return self

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)

    def _create(self) -> None:
        # Linked, not opened, so that nobody can ever read a lock that is not yet written.
        mine = self.path.with_name(f".lock-{os.getpid()}.tmp")
        mine.write_text(json.dumps(identity(os.getpid())))
        try:
            os.link(mine, self.path)
        finally:
            mine.unlink()

    def _refuse_if_live(self) -> None:
        owner = holder(self.path)
        if owner is not None:
            raise RunFolderError(
                f"{self.path.parent}: process {owner['pid']} on {owner['host']} is writing this "
                f"run; wait for it, or end it (if it is gone for sure, delete {self.path})"
            )


def holder(path: Path) -> dict[str, Any] | None:
    """Who holds a lock: pid, host, started; None if nobody who is alive."""
    try:
        owner: dict[str, Any] = json.loads(path.read_text())
        pid, host = int(owner["pid"]), owner["host"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if host != platform.node():
        return owner
    return owner if _alive(pid) and owner == identity(pid) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there, but somebody else's
    return True


def identity(pid: int) -> dict[str, Any]:
    """A process of this machine, told from a later one with the same number."""
    return {"pid": pid, "host": platform.node(), "started": _started(pid)}


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks: tells a reused pid from the first owner."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]

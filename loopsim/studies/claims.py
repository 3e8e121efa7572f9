"""Who does what: processes that work on one study claim runs, and see which claims are dead.

A process has one file of its own, which it touches every few seconds; a claim is a hard link to it,
so that one touch keeps all claims of a process alive. A claim is dead if its process is known to be
gone (on this machine), or has not touched its file for a while (on another).
"""

from __future__ import annotations

import json
import os
import platform
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

from loopsim.runs.folder import reported
from loopsim.runs.lock import holder, identity

LEASE = 60.0  # seconds without a touch after which a process on another machine is taken for gone
_NUMBERS = count()


class Claims:
    """The claims of this process on the runs of one study, while the block lasts.

    Parameters
    ----------
    folder : Path
        Of the study.
    lease : float
        Seconds.
    """

    def __init__(self, folder: Path, lease: float = LEASE) -> None:
        self.claims, self.lease = folder / "claims", lease
        name = f"{platform.node()}-{os.getpid()}-{next(_NUMBERS)}"
        self.mine = folder / "owners" / name
        self._held: set[str] = set()
        self._ended = threading.Event()
        self._pulse: threading.Thread | None = None

    def __enter__(self) -> Claims:
        with reported(self.mine):
            self.claims.mkdir(parents=True, exist_ok=True)
            self.mine.parent.mkdir(exist_ok=True)
            self.mine.write_text(json.dumps(identity(os.getpid())))
        self.since = self.mine.stat().st_mtime
        self._pulse = threading.Thread(target=self._beat, daemon=True)
        self._pulse.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._pulse is not None:
            self._pulse.join()
        for key in tuple(self._held):  # runs that were broken off
            self.release(key)
        self.mine.unlink(missing_ok=True)

    def take(self, key: str) -> bool:
        """Claim a run; False if a live process has it. One that is dead is taken over.

        Two that take over at the same moment may both go on: what they write is the same.
        """
        path = self.claims / key
        with reported(path):
            if self._link(path):
                return True
            if not self._is_dead(path):
                return False
            path.unlink(missing_ok=True)
            return self._link(path)

    def release(self, key: str) -> None:
        """The run is over."""
        self._held.discard(key)
        (self.claims / key).unlink(missing_ok=True)

    def _link(self, path: Path) -> bool:
        try:
            os.link(self.mine, path)
        except FileExistsError:
            return False
        self._held.add(path.name)
        return True

    def _is_dead(self, path: Path) -> bool:
        try:
            touched, owner = path.stat().st_mtime, json.loads(path.read_text())
        except FileNotFoundError:
            return True
        except ValueError:
            owner = {}
        if owner.get("host") == platform.node():
            return holder(path) is None
        # By the file server's clock, which wrote both times.
        self._touch()
        return self.mine.stat().st_mtime - touched > self.lease

    def _beat(self) -> None:
        while not self._ended.wait(self.lease / 6):
            self._touch()

    def _touch(self) -> None:
        with suppress(OSError):
            os.utime(self.mine)

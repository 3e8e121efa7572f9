"""A hash chain over the lines of the event log: whoever changes a line breaks all that follow.

A line is one JSON object whose last key, ``hash``, is the SHA-256 of the hash of the line before it
(64 zeros before the first) and of the line itself without that key. A chain does not hinder anybody
from writing the whole log anew: against that the last hash, the head, is kept in the manifest, and
by whoever wrote it down elsewhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from loopsim.errors import RunFolderError
from loopsim.runs import manifest
from loopsim.runs.folder import Folder, reported

START = "0" * 64
_SEAL = re.compile(rb', "hash": "([0-9a-f]{64})"}$')


def sealed(event: dict[str, Any], before: str) -> tuple[bytes, str]:
    """The line of an event, without its end of line, and its hash.

    >>> sealed({"round": 0}, START)[0]  # doctest: +ELLIPSIS
    b'{"round": 0, "hash": "..."}'
    """
    content = json.dumps(event).encode()
    seal = _hash(content, before)
    return content[:-1] + f', "hash": "{seal}"}}'.encode(), seal


def seal_of(line: bytes) -> str:
    """The hash that a line bears; empty if it bears none."""
    found = _SEAL.search(line)
    return found[1].decode() if found else ""


def _hash(content: bytes, before: str) -> str:
    return sha256(before.encode() + content).hexdigest()


@dataclass(frozen=True)
class Integrity:
    """Whether an event log is as the run wrote it.

    Attributes
    ----------
    lines : int
        Whole lines in the file.
    broken : int or None
        The first line (from 1) that is not what the run wrote there; None: the log is intact.
    why : str
    head : str
        The hash of the last line; `START` where there is none.
    """

    lines: int
    broken: int | None
    why: str
    head: str

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, removed, inserted or cut off."""
        return self.broken is None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"intact": self.intact, **asdict(self)}


def verify(folder: Folder, head: str | None = None) -> Integrity:
    """Check the event log of a run folder.

    Parameters
    ----------
    folder : Folder
    head : str, optional
        The head that somebody wrote down when the run ended, instead of the manifest's.

    Raises
    ------
    RunFolderError
        If there is no run, or its log cannot be read.
    """
    facts = manifest.read(folder)
    with reported(folder.events, "read"):
        text = folder.events.read_bytes() if folder.events.is_file() else b""
    lines, torn = text.split(b"\n")[:-1], not text.endswith(b"\n") and bool(text)
    seals, broken = _followed(lines)
    if broken is not None:
        return Integrity(len(lines), broken, _why(lines[broken - 1]), seals[-1])
    held = facts.get("events", {"count": 0, "head": START})
    return _against(held, seals, torn, facts["status"], head)


def _followed(lines: list[bytes]) -> tuple[list[str], int | None]:
    """`START` and the hashes of the lines that follow from it, and the first that does not."""
    seals = [START]
    for number, line in enumerate(lines, 1):
        seal = seal_of(line)
        if not seal or _hash(_SEAL.sub(b"}", line), seals[-1]) != seal:
            return seals, number
        seals.append(seal)
    return seals, None


def _why(line: bytes) -> str:
    if not seal_of(line):
        return "it bears no hash: it was not written by the run, or by a loopsim without a chain"
    return "it was changed or inserted, or a line before it was removed"


def _against(
    held: dict[str, Any], seals: list[str], torn: bool, status: str, head: str | None
) -> Integrity:
    """A chain that holds by itself, against what is known of its end."""
    lines, finished = len(seals) - 1, status == "finished"
    found = None
    if lines < held["count"]:
        many = held["count"] - lines
        found = lines + 1, f"cut off: {many} event{'s' * (many > 1)} that the manifest counts"
    elif seals[held["count"]] != held["head"]:
        found = max(held["count"], 1), "the log was written anew: it ends in another hash"
    elif finished and (lines > held["count"] or torn):
        found = held["count"] + 1, "added after the run had finished"
    elif head is not None and seals[-1] != head:
        found = max(lines, 1), f"it ends in another hash than {head}"
    broken, why = found or (None, "")
    return Integrity(lines, broken, why, seals[-1])


def demand(folder: Folder, head: str | None = None) -> Integrity:
    """The integrity of a log that must be intact; RunFolderError says where it is not."""
    found = verify(folder, head)
    if not found.intact:
        raise RunFolderError(f"{folder.events}:{found.broken}: {found.why}")
    return found

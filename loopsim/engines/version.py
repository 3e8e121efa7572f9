"""The code version: whatever may change a digit of a run, in one hash."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import loopsim

#: Rooms that stand above all that a run does (the import contract keeps it so): what changes in
#: them makes no finished run stale.
ABOVE = ("cli", "report", "app")
#: Libraries that set digits, or the bytes of a table.
LIBRARIES = (
    "numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "scikit-learn", "implicit", "river",
    "mesa", "simpy",
)  # fmt: skip


@cache
def code_version() -> str:
    """SHA-256 over loopsim's own files, Python, the kind of processor and the libraries' versions.

    It is found once in a process, which goes on with the code that it began with.
    """
    home, found = Path(loopsim.__file__).parent, sha256()
    for path in sorted(_files(home)):
        found.update(f"{path.relative_to(home).as_posix()}\0".encode())
        found.update(sha256(path.read_bytes()).digest())
    python = ".".join(platform.python_version_tuple()[:2])
    found.update(f"python {python} {platform.machine()}\0".encode())
    for name in LIBRARIES:
        found.update(f"{name} {library(name)}\0".encode())
    return found.hexdigest()


@cache
def library(name: str) -> str:
    """The version of an installed distribution, or ``absent``."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _files(home: Path) -> Iterator[Path]:
    for path in home.rglob("*"):
        inside = path.relative_to(home).parts
        if path.is_file() and "__pycache__" not in inside and inside[0] not in ABOVE:
            yield path

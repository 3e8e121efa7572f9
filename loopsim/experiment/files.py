"""Where experiments, their worlds and what is committed of them are found."""

from __future__ import annotations

from pathlib import Path

from loopsim.errors import InputError
from loopsim.registry import there_are

FOLDER = Path("experiments")
FOLDERS = (FOLDER, FOLDER / "pathologies")
REFERENCE = Path("results") / "reference"
#: What `run` writes, unless told otherwise; git ignores it.
SCRATCH = Path("results") / "runs" / "experiments"


def names() -> list[str]:
    """Names of the experiments; InputError outside the repository."""
    if not FOLDER.is_dir():
        raise InputError(f"{FOLDER.resolve()}: no such folder; run this in loopsim's repository")
    return sorted(path.stem for folder in FOLDERS for path in folder.glob("*.py"))


def file_of(name: str) -> Path:
    """The file of an experiment, or a Python file of your own that is named by its path."""
    if name.endswith(".py"):
        if not Path(name).is_file():
            raise InputError(f"{name}: no such file")
        return Path(name)
    known = names()
    if name not in known:
        raise InputError(f"no experiment {name!r}; {there_are(known, name)}")
    return next(f for folder in FOLDERS if (f := folder / f"{name}.py").is_file())

"""Everything that loopsim raises on purpose.

::

    LoopsimError                 exit status
    ├── InputError               2   what the user gave cannot be used; nothing has run
    │   ├── ScenarioError        2   one or more faults in a scenario file
    │   └── DataError            2   a table of rows that cannot be used
    ├── PluginError              3   a user's model, policy or environment failed in a run
    ├── RunFolderError           4   a run folder that cannot be written or read
    └── EngineError              5   the processes or the cluster that do the runs are gone

Anything else that escapes is a bug in loopsim (exit status 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class LoopsimError(Exception):
    """The root: catching it catches all that loopsim raises on purpose."""

    exit_status = 1


class InputError(LoopsimError):
    """What the user gave cannot be used. Nothing has been run or written."""

    exit_status = 2


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a scenario: where it is, what was found and what is allowed."""

    file: str
    line: int | None
    path: str
    value: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        found = f" = {self.value}" if self.value else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}: {self.path}{found}: {self.message}{hint}"


class ScenarioError(InputError):
    """A scenario with faults, all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class DataError(InputError):
    """A table of rows (a CSV or Parquet file) that cannot be used, and why."""


class PluginError(LoopsimError):
    """A user's model, policy or environment failed while a run was under way."""

    exit_status = 3

    def __init__(self, name: str, message: str, *, version: int | None, round: int | None) -> None:
        self.name, self.version, self.round = name, version, round
        at = "" if round is None else f" in round {round}"
        of = "" if version is None else f" (model version {version})"
        super().__init__(f"{name}{of}{at}: {message}")


class RunFolderError(LoopsimError):
    """A run folder that cannot be written, read or resumed."""

    exit_status = 4


class EngineError(LoopsimError):
    """The processes or the cluster that do the runs are gone. What a study had, it still has."""

    exit_status = 5

"""A rule of the user's own."""

from __future__ import annotations

from typing import Any

from loopsim.errors import LoopsimError, PluginError
from loopsim.retraining.base import Readings


class OwnRule:
    """A function or class of a user's file, whose errors name it.

    Parameters
    ----------
    name : str
    rule : callable ``(readings, t, **parameters)``, or an object with ``due(readings, t)``
    parameters : dict
        Keyword arguments of the function; a class has had its own.
    """

    def __init__(self, name: str, rule: Any, parameters: dict[str, Any]) -> None:
        self.name, self.rule, self.parameters = name, rule, parameters

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        try:
            if hasattr(self.rule, "due"):
                said = self.rule.due(readings, t)
            else:
                said = self.rule(readings, t, **self.parameters)
        except LoopsimError:
            raise
        except Exception as error:
            raise self._wrong(f"{type(error).__name__}: {error}", t) from error
        if said is None or (isinstance(said, str) and said):
            return said
        raise self._wrong(f"it said {said!r}: must be the reason as text, or None", t)

    def _wrong(self, message: str, t: int) -> PluginError:
        return PluginError(f"rule {self.name}", message, version=None, round=t)

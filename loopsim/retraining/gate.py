"""What stands between a candidate and the live cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.memory import Rows
from loopsim.models.base import Model

if TYPE_CHECKING:
    from loopsim.retraining.canary import Canary


@dataclass(frozen=True)
class Trial:
    """A candidate on trial, with what the team has to judge it by: the log, never the truth.

    Attributes
    ----------
    t, since : int
        Now, and the round in which the candidate was fitted.
    champion, challenger : Model
        The live model, and the candidate.
    rows : Rows
        The window's labelled rows as known at t; those that opened in round `since` or later are
        new to both.
    held : (n,) bool array
        Rows that the challenger was not fitted on (``training.holdout``, or opened since).
    groups : tuple of str
    draws : Draws
        For a gate with a person in it.
    money : Money
        What a good and a bad yes are worth.
    canary : Canary, optional
        The observed figures of both arms, while the candidate serves some of the people.
    """

    t: int
    since: int
    champion: Model
    challenger: Model
    rows: Rows
    held: NDArray[np.bool_]
    groups: tuple[str, ...]
    draws: Draws
    money: Money = field(default_factory=Money)
    canary: Canary | None = None


@dataclass(frozen=True)
class Verdict:
    """``admit``, ``refuse``, or ``wait`` (the gate is asked again next round), and why.

    Attributes
    ----------
    figures : dict
        What it rests on, by name: numbers, texts or dicts of them, ready for JSON.
    approver : str
        Who signed, if anybody did.
    share : float
        The share of the entities that the candidate serves while it waits (a canary).
    """

    answer: Literal["admit", "refuse", "wait"]
    why: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    approver: str = ""
    share: float = 0.0


class Gate(Protocol):
    """Admits a challenger, refuses it, or lets it wait. It remembers nothing between rounds."""

    def admit(self, trial: Trial) -> Verdict:
        """The verdict at ``trial.t``."""
        ...


class NoGate:
    """Every candidate goes live at once."""

    def admit(self, trial: Trial) -> Verdict:
        """See `Gate.admit`."""
        return Verdict("admit")

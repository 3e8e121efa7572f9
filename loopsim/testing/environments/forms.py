"""What differs between worlds of yes or no, of slates and of numbers."""

from __future__ import annotations

from typing import Any, Protocol

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.base import Environment, form
from loopsim.population import Population
from loopsim.testing.environments.reading import Answer, Read, Reading
from loopsim.testing.environments.slate import SlateForm
from loopsim.testing.environments.value import ValueForm
from loopsim.testing.environments.yes_no import YesNoForm


class Form(Protocol):
    """One form of decisions: how cases are decided, and what is read of the answers."""

    def reference(self, answer: Answer) -> Answer | None:
        """How cases are decided when a world is only read, where `answer` is how it is played;
        None: with a decision that is the same for all histories."""
        ...

    def decide(self, world: Environment, visits: Cases, draws: Draws, answer: Answer | None) -> Any:
        """The cases with a decision."""
        ...

    def check_features(self, world: Environment, visits: Cases) -> None:
        """Shapes, types and ranges of what a model sees."""
        ...

    def check_outcomes(self, world: Environment, read: Read) -> None:
        """Shapes, types and ranges of what the world answered."""
        ...

    def columns(self, read: Read) -> Reading:
        """What is read of each row, (n, ...)."""
        ...

    def common(self, read: Read) -> Reading:
        """What is read of all rows together."""
        ...

    def scribble(self, visits: Cases) -> None:
        """Overwrite the features: they must be copies."""
        ...

    def check_actions(
        self, world: Environment, people: Population, found: Read, draws: Draws, ask: Any
    ) -> None:
        """What a decision of this round may not change; `ask` reads all with another one."""
        ...


FORMS: dict[str, Form] = {"yes-no": YesNoForm(), "slate": SlateForm(), "value": ValueForm()}


def form_of(world: Environment) -> Form:
    """The form of a world's decisions."""
    return FORMS[form(world)]

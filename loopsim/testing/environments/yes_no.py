"""Worlds whose decisions are a yes or a no."""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import UNKNOWN, Environment
from loopsim.population import Population
from loopsim.testing.environments.answers import check_good
from loopsim.testing.environments.reading import Answer, Read, equal, require
from loopsim.testing.environments.table import Table

CHANCE = {"yes": 1.0, "no": 0.0, "mixed": 0.5}
LABELS = ("label", "selective", "prompt")


class YesNoForm(Table):
    """See `forms.Form`."""

    def reference(self, answer: Answer) -> Answer | None:
        """What is hidden depends on the answer, so it is read as it is played."""
        return answer

    def decide(
        self, world: Environment, visits: Cases, draws: Draws, answer: Answer | None
    ) -> Cases:
        """Everybody a yes, nobody, or one half by lot."""
        n, chance = len(visits), CHANCE[answer or "yes"]
        yes = draws.uniform(Stream.EXPLORE, visits.round, visits.ids) < chance
        visits.actions = yes.astype(np.int8)
        visits.propensities = np.where(yes, chance, 1.0 - chance)
        visits.scores, visits.reviewed = np.full(n, 0.5), np.zeros(n, dtype=bool)
        return visits

    def check_outcomes(self, world: Environment, read: Read) -> None:
        """Good or bad."""
        check_good(world, read)

    def check_actions(
        self, world: Environment, people: Population, found: Read, draws: Draws, ask: Any
    ) -> None:
        """All potential outcomes share one uniform; a cut outcome loop shows them all."""
        t, fixed = found.cases.round, ("good", "probability")
        yes, no = (self.columns(ask(answer)) for answer in ("yes", "no"))
        same = equal(yes, no, fixed) and equal(yes, vars(found.outcomes), fixed)
        require(same, "good and probability do not depend on the action", world, t)
        if world.edges.outcome.strength == 0.0:
            shown = bool((no["label"] != UNKNOWN).all()) and equal(yes, no, LABELS)
            rule = "with the outcome loop cut no action hides or moves a label"
            require(shown, rule, world, t)

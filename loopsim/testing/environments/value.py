"""Worlds whose decisions are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Environment
from loopsim.population import Population
from loopsim.testing.environments.answers import check_flags
from loopsim.testing.environments.reading import Answer, Read, equal, require, typed
from loopsim.testing.environments.table import Table

#: What is predicted of everybody. An integer, so that a mean over any of them is it exactly.
CONSTANT = {None: 1.0, "yes": 3.0, "no": -2.0}


class ValueForm(Table):
    """See `forms.Form`."""

    def reference(self, answer: Answer) -> Answer | None:
        """One number for all: what is published may move an outcome by its mean."""
        return None

    def decide(
        self, world: Environment, visits: Cases, draws: Draws, answer: Answer | None
    ) -> Cases:
        """One number for everybody, or a normal one for each."""
        n = len(visits)
        if answer == "mixed":
            visits.scores = draws.normal(Stream.EXPLORE, visits.round, visits.ids)
        else:
            visits.scores = np.full(n, CONSTANT[answer])
        visits.actions, visits.propensities = np.ones(n, dtype=np.int8), np.ones(n)
        visits.reviewed = np.zeros(n, dtype=bool)
        return visits

    def check_outcomes(self, world: Environment, read: Read) -> None:
        """Numbers; a label may be missing."""
        t, n, outcomes = read.cases.round, (len(read.cases),), read.outcomes
        for name in ("good", "probability"):
            values = getattr(outcomes, name)
            holds = typed(values, n, np.float64) and bool(np.isfinite(values).all())
            require(holds, f"{name} is (n,) float64 and finite", world, t)
        known = typed(outcomes.label, n, np.float64) and not np.isinf(outcomes.label).any()
        require(known, "label is (n,) float64 and finite, or NaN where it is hidden", world, t)
        check_flags(world, outcomes, n, t)

    def check_actions(
        self, world: Environment, people: Population, found: Read, draws: Draws, ask: Any
    ) -> None:
        """`good` is the outcome without a say of the prediction; a cut shows that.

        A label that IS the prediction was generated: there is no outcome loop to cut.
        """
        t, high, low = found.cases.round, ask("yes"), ask("no")
        one, other = self.columns(high), self.columns(low)
        same = equal(one, other, ("good", "probability"))
        require(same, "good and probability do not depend on the prediction", world, t)
        made = all(np.array_equal(r.outcomes.label, r.cases.scores) for r in (high, low))
        if world.edges.outcome.strength == 0.0 and not made:
            rule = "with the outcome loop cut no prediction hides or moves a label"
            require(equal(one, other, ("label", "selective", "prompt")), rule, world, t)

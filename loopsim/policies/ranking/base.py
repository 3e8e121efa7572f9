"""What a policy that picks slates is."""

from __future__ import annotations

from typing import Protocol

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.slates import Slates


class SlatePolicy(Protocol):
    """Turns the scores of a round's visits into slates, and says how likely each place was.

    `decide` reads ``cases.scores`` (a `Scorer`, block by block) and ``cases.features`` (the
    `Visits`), changes neither, and never reads the truth. What one visit is shown does not depend
    on the other visits. Draws are keyed by ``Stream.EXPLORE``, ``cases.round`` and the visit's id
    with the place (``cases.ids * SLOTS + place``) or with the item.
    `loopsim.testing.slate_policies.check_slate_policy` checks all this.
    """

    @property
    def k(self) -> int:
        """Items shown to each visit."""
        ...

    @property
    def name(self) -> str:
        """What a report or an error calls the policy."""
        ...

    def decide(self, cases: Cases, draws: Draws) -> Slates:
        """(n, k) items that may be shown and are not excluded, none twice; fewer are an error."""
        ...

"""Decisions that pick k things for each case: who visits, from what, and what is shown.

A world whose ``form`` is ``"slate"`` gives `Visits` as its features, a model turns them into a
`Scorer`, a policy picks `Slates`, and what is shown is logged as one case an item: an impression.
A later fit reads `Interactions`.
"""

from loopsim.slates.catalogue import Catalogue
from loopsim.slates.interactions import Interactions
from loopsim.slates.scorer import Scorer
from loopsim.slates.slates import SLOTS, Slates
from loopsim.slates.visits import Visits

__all__ = ["SLOTS", "Catalogue", "Interactions", "Scorer", "Slates", "Visits"]

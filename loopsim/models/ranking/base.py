"""What a recommender is, to loopsim."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.slates import Interactions, Scorer, Visits


class Recommender(Protocol):
    """`loopsim.models.base.Model` for slates: fits on impressions, scores whole catalogues.

    `fit` returns a NEW fitted model and leaves the receiver as it was. Before its first fit a
    recommender scores all items alike. New items and users may come after a fit: they get a score
    as well, the mean where nothing is known of them.
    `loopsim.testing.recommenders.check_recommender` checks all of this on a recommender of yours.

    Two attributes are optional. ``takes_weights = False`` says that `fit` raises if it is given
    weights; ``needs_draws = True`` that there is ``score_drawn(visits, draws, t)``, the scores with
    chance in them, keyed by round and user.
    """

    name: str

    def fit(
        self,
        features: Interactions,
        labels: NDArray[np.int8],
        weights: Floats | None,
        random_state: int,
    ) -> Recommender:
        """A model fitted on impressions; labels are 1 for a click, 0 for none.

        Raises
        ------
        CannotFit
            If the rows do not allow a model.
        """
        ...

    def score(self, features: Visits) -> Scorer:
        """Scores of all items for one round's visits, block by block."""
        ...

    def save(self, path: Any) -> None:
        """Write the fitted model in a format that executes nothing when loaded."""
        ...

    def load(self, path: Any) -> Recommender:
        """The fitted model in `path`, with this model's settings."""
        ...

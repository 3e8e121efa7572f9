"""Matrix factorisation of clicks by implicit (Frederickson)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import CannotFit, Floats
from loopsim.models.ranking.arrays import ArrayModel, Learnt, with_later_items
from loopsim.models.ranking.beliefs import LogOdds, platt
from loopsim.models.ranking.rows import clicks_by_user, places, shown, spread
from loopsim.models.ranking.scorers import Factors
from loopsim.parts import threads
from loopsim.slates import Interactions, Visits

CALIBRATED_ON = 50_000  # rows that turn scores into probabilities


class FactorModel(ArrayModel):
    """A few numbers a user and as many an item, whose product is the score.

    Only clicks are learnt from; whatever was not clicked, shown or not, counts as a weaker no. A
    user or item of which nothing is known gets the mean of those of which something is.
    """

    def factorised(self, clicks: Any, random_state: int) -> Any:
        """A fitted model of implicit's, with `user_factors` and `item_factors`."""
        raise NotImplementedError

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """Factors of users (u, f) and items (m, f), and what their products mean."""
        known, clicks = clicks_by_user(rows, labels, weights)
        fitted = self._fitted(clicks.astype(np.float32), random_state)
        users, items = fitted.user_factors, fitted.item_factors.copy()
        seen = shown(rows)
        mean = items[seen].mean(axis=0)
        items[~seen] = mean
        learnt = {"known": known, "users": users, "items": items, "mean_item": mean}
        learnt["mean_user"] = users.mean(axis=0)
        few = spread(len(rows), CALIBRATED_ON)
        visitors = self._factors_of(learnt, rows.users[few])
        scores = np.einsum("nf,nf->n", visitors, items[rows.items[few]])
        return learnt | {"belief": platt(scores, labels[few], weights[few])}

    def _fitted(self, clicks: Any, random_state: int) -> Any:
        import implicit.cpu.als  # noqa: F401, only what is loaded can be limited
        from threadpoolctl import threadpool_limits

        try:
            with threadpool_limits(1, "blas"):  # implicit's own threads do the work
                return self.factorised(clicks, random_state)
        except Exception as error:
            if type(error).__name__ != "ModelFitError":
                raise
            raise CannotFit(f"{self.name}: {error}") from error

    def _factors_of(self, learnt: Learnt, users: NDArray[np.int64]) -> NDArray[np.float32]:
        at = places(learnt["known"], users)
        factors: NDArray[np.float32] = learnt["users"][at]
        factors[at < 0] = learnt["mean_user"]
        return factors

    def scorer(self, visits: Visits) -> Factors:
        """Products of factors; one belief for all."""
        learnt = self.learnt
        items = with_later_items(learnt["items"], len(visits.catalogue), learnt["mean_item"])
        users = self._factors_of(learnt, visits.users)
        return Factors(users, items, LogOdds(*learnt["belief"].tolist()))


class LeastSquares(FactorModel):
    """Alternating least squares on clicks (Hu, Koren and Volinsky 2008).

    A pair that was clicked is a yes with the confidence `alpha` times the weight of its clicks,
    any other pair a no with confidence 1.

    Parameters
    ----------
    factors : int
    alpha : float > 0
    regularisation : float >= 0
        Ridge penalty on each factor.
    iterations : int
    """

    name = "factors"

    def __init__(
        self, factors: int = 32, alpha: float = 10.0, regularisation: float = 10.0,
        iterations: int = 15,
    ) -> None:  # fmt: skip
        super().__init__()
        self.factors, self.alpha = factors, alpha
        self.regularisation, self.iterations = regularisation, iterations

    def factorised(self, clicks: Any, random_state: int) -> Any:
        """See `FactorModel.factorised`."""
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            self.factors, self.regularisation, self.alpha, iterations=self.iterations,
            num_threads=threads(), random_state=random_state,
        )  # fmt: skip
        model.fit(clicks, show_progress=False)
        return model


class PairwiseRanking(FactorModel):
    """Bayesian personalised ranking (Rendle et al. 2009): what was clicked above what was not.

    One thread, since more of them step on each other's updates and no two fits are alike. It knows
    no weights.

    Parameters
    ----------
    factors : int
    learning_rate : float > 0
    regularisation : float >= 0
    iterations : int
        Passes over all clicks.
    """

    name = "bpr"
    takes_weights = False

    def __init__(
        self, factors: int = 32, learning_rate: float = 0.05, regularisation: float = 0.01,
        iterations: int = 50,
    ) -> None:  # fmt: skip
        super().__init__()
        self.factors, self.learning_rate = factors, learning_rate
        self.regularisation, self.iterations = regularisation, iterations

    def factorised(self, clicks: Any, random_state: int) -> Any:
        """See `FactorModel.factorised`."""
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            self.factors, self.learning_rate, self.regularisation, iterations=self.iterations,
            num_threads=1, random_state=random_state,
        )  # fmt: skip
        model.fit(clicks, show_progress=False)
        return model

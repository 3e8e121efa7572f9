"""Several routes to one desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.oversight.base import Floats, Reviews, Route


class SeveralRoutes:
    """What any of the routes sends. All of an earlier one comes before what a later one adds."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = routes

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`; priorities are ranks, so that those of different routes compare."""
        out = np.full(len(cases), np.nan)
        first = float(len(cases) * len(self.routes))
        for route in self.routes:
            priority = route.send(cases, draws)
            new = np.flatnonzero(~np.isnan(priority) & np.isnan(out))
            _, rank = np.unique(-priority[new], return_inverse=True)
            out[new] = first - rank
            first -= len(cases)
        return out

    def see_labels(self, t: int, batch: Any) -> None:
        """For the routes that learn."""
        for route in self.routes:
            if hasattr(route, "see_labels"):
                route.see_labels(t, batch)

    def see_reviews(self, cases: Cases, reviews: Reviews) -> None:
        """For the routes that learn."""
        for route in self.routes:
            if hasattr(route, "see_reviews"):
                route.see_reviews(cases, reviews)

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {
            f"{i}.{name}": value
            for i, route in enumerate(self.routes)
            for name, value in getattr(route, "state", dict)().items()
        }

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        for i, route in enumerate(self.routes):
            mine = {k.removeprefix(f"{i}."): v for k, v in state.items() if k.startswith(f"{i}.")}
            if mine:
                route.restore(mine)  # type: ignore[attr-defined]

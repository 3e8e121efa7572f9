"""Users and items mixed from genres; see `settings.SyntheticTastes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.dirichlet import dirichlet
from loopsim.environments.recommender.kernels import product
from loopsim.environments.recommender.source import Floats, Items, Singles, Users
from loopsim.environments.recommender.stars import of_utility
from loopsim.parts import in_parts

if TYPE_CHECKING:
    from loopsim.environments.recommender.settings import SyntheticTastes

PLACES = 64
_GENRES, _MIX, _OWN = 100, 200, 1000  # repeats of a draw: first of each family


class SyntheticSource:
    """See `Source`. The majority likes genre g as (g + 1)^−.7, the minority the other way round."""

    groups = ("majority", "minority")
    size = 2000
    stars = staticmethod(of_utility)

    def __init__(self, settings: SyntheticTastes) -> None:
        self.settings = settings
        self.intercept = settings.intercept
        self.attention: Floats = np.arange(1.0, PLACES + 1) ** -0.8

    def _genres(self, draws: Draws) -> Floats:
        """(d, f) a direction for each genre."""
        made, ids = self.settings, np.arange(self.settings.genres, dtype=np.int64)
        columns = [draws.normal(Stream.WORLD, -1, ids, k=_GENRES + j) for j in range(made.factors)]
        return _of_length(np.column_stack(columns), 1.0)

    def users(self, ids: NDArray[np.int64], draws: Draws) -> Users:
        """Genres are a logistic-normal mix around the group's liking."""
        made = self.settings
        u = draws.uniform(Stream.PEOPLE, -1, ids)
        group = (u < made.minority).astype(np.int8)
        z = draws.normal(Stream.PEOPLE, -1, ids, k=1)
        activity = np.exp(made.spread * z - made.spread**2 / 2.0).astype(np.float32)
        fall = -0.7 * np.log(np.arange(1.0, made.genres + 1))
        liking, genres = np.stack([fall, fall[::-1]]), self._genres(draws)
        tastes: Singles = np.empty((ids.size, made.factors), dtype=np.float32)

        def part(at: slice) -> None:
            logs = liking[group[at]]
            for g in range(made.genres):
                logs[:, g] += made.focus * draws.normal(Stream.PEOPLE, -1, ids[at], k=_MIX + g)
            mix = np.exp(logs - logs.max(axis=1, keepdims=True))
            tastes[at] = self._mixed(mix, genres, Stream.PEOPLE, ids[at], draws, made.liking)

        in_parts(ids.size, part)
        return Users(tastes, activity, group)

    def items(self, draws: Draws, sharpness: float) -> Items:
        """Genres follow the creator's profile."""
        made = self.settings
        creators = np.arange(made.creators, dtype=np.int64)
        even = np.full((made.creators, made.genres), 10.0)
        profile = dirichlet(even, draws, -1, creators, k=_MIX)
        ids = np.arange(made.items, dtype=np.int64)
        creator = (draws.uniform(Stream.WORLD, -1, ids) * made.creators).astype(np.int64)
        shares = dirichlet(sharpness * profile[creator] + 1e-4, draws, -1, ids, k=2 * _MIX)
        genres = self._genres(draws)
        vectors = self._mixed(shares, genres, Stream.WORLD, ids, draws, 1.0)
        bias = made.quality * draws.normal(Stream.WORLD, -1, ids, k=1)
        return Items(vectors.astype(np.float32), shares, bias.astype(np.float32), creator)

    def _mixed(
        self, mix: Floats, genres: Floats, stream: Stream, ids: NDArray[np.int64], draws: Draws,
        length: float,
    ) -> Floats:  # fmt: skip
        """(n, f) rows of some length: the mix of genres, and something of one's own."""
        made = self.settings
        rows = np.empty((len(mix), made.factors))
        product(mix, genres, rows)
        rows = _of_length(rows, 1.0)
        for j in range(made.factors):
            own = draws.normal(stream, -1, ids, k=_OWN + j)
            rows[:, j] += made.own / np.sqrt(made.factors) * own
        return _of_length(rows, length)


def _of_length(rows: Floats, length: float) -> Floats:
    norm = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.asarray(rows * (length / np.maximum(norm, 1e-12)))

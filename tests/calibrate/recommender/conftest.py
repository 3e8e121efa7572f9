"""A log of people with known tastes, and a log of slates with a known law of attention."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

USERS, ITEMS, KINDS = 200, 60, 4
ATTENTION = np.array([1.0, 0.6, 0.4, 0.3, 0.2])


def worth(rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Users like one of four kinds of items; qualities fall."""
    kind, likes = np.arange(ITEMS) % KINDS, rng.integers(0, KINDS, USERS)
    quality = -1.5 * np.log1p(np.arange(ITEMS) / 10.0)
    return kind, likes, quality + 2.5 * (likes[:, None] == kind)


def make_ratings(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    kind, likes, value = worth(rng)
    rows = []
    for user in range(USERS):
        taken = np.argsort(-(value[user] + rng.gumbel(size=ITEMS)))[: rng.integers(8, 20)]
        when = 1_000_000 + 1000 * rng.integers(0, 500) + np.arange(taken.size)
        stars = np.clip(np.rint(3 + value[user, taken] / 2 + rng.normal(size=taken.size)), 1, 5)
        rows.append(
            pd.DataFrame({"who": user + 1, "film": taken + 100, "stars": stars, "when": when})
        )
    genres = np.array(["Comedy", "Drama|War", "Horror", "War"])
    films = pd.DataFrame(
        {
            "film": np.arange(ITEMS) + 100,
            "title": [f"film number {j}" for j in range(ITEMS)],
            "genres": genres[kind],
            "studio": np.arange(ITEMS) % 7,
        }
    )
    people = pd.DataFrame({"who": np.arange(USERS) + 1, "sex": np.array(["f", "m"])[likes % 2]})
    return pd.concat(rows, ignore_index=True), films, people


def make_slates(visits: int = 16_000, seed: int = 0) -> pd.DataFrame:
    """Random slates of five; multinomial logit with attention against none."""
    rng = np.random.default_rng(seed)
    _, _, value = worth(rng)
    user = rng.integers(0, USERS, visits)
    slate = np.argsort(rng.random((visits, ITEMS)), axis=1)[:, :5]
    weight = ATTENTION * np.exp(value[user[:, None], slate] - 1.5)
    chance = weight / (1 + weight.sum(axis=1, keepdims=True))
    pick = (rng.random((visits, 1)) > np.cumsum(chance, axis=1)).sum(axis=1)
    return pd.DataFrame(
        {
            "who": np.repeat(user, 5),
            "film": slate.ravel(),
            "clicked": (np.arange(5) == pick[:, None]).astype(int).ravel(),
            "place": np.tile(np.arange(1, 6), visits),
            "when": np.repeat(pd.date_range("2024-01-01", periods=visits, freq="min"), 5),
        }
    )


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Paths of ratings, films and people."""
    folder = tmp_path_factory.mktemp("data")
    paths = [folder / name for name in ("ratings & co.csv", "films.csv", "people.csv")]
    for path, frame in zip(paths, make_ratings(), strict=True):
        frame.to_csv(path, index=False)
    return paths


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Threads of several test processes that wait for each other take ten times as long."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def slates(tmp_path_factory):
    """The path of a log of slates, and its attention by place."""
    path = tmp_path_factory.mktemp("data") / "slates.parquet"
    make_slates().to_parquet(path)
    return path, ATTENTION

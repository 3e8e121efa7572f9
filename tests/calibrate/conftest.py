"""A table of people whose law of repayment is known."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits


def true_logodds(frame: pd.DataFrame) -> np.ndarray:
    """Bends in income, steps in home, and missing income means something."""
    income = frame["income"].to_numpy()
    part = np.where(np.isnan(income), -0.8, np.minimum(income, 5.0) * 0.5 - 1.0)
    home = frame["home"].map({"owns": 0.7, "rents": -0.2}).astype(float).fillna(0.0).to_numpy()
    return 0.8 + part + home - 0.6 * (frame["late"].to_numpy() > 0)


def make_people(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "person": np.arange(n) + 1000,
            "income": rng.gamma(3.0, 1.5, n).round(3),
            "late": rng.poisson(0.4, n),
            "home": rng.choice(["owns", "rents"], n, p=[0.4, 0.6]).astype(object),
            "sex": rng.choice(["f", "m"], n),
        }
    )
    frame.loc[rng.random(n) < 0.1, "income"] = np.nan
    frame.loc[rng.random(n) < 0.05, "home"] = None
    p = 1 / (1 + np.exp(-true_logodds(frame)))
    frame["default"] = (rng.random(n) > p).astype(int)
    return frame


@pytest.fixture(scope="session")
def people() -> pd.DataFrame:
    return make_people(12_000)


@pytest.fixture
def few(people) -> pd.DataFrame:
    return people.iloc[:1200].copy()


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Threads of several test processes that wait for each other take ten times as long."""
    with threadpool_limits(1):
        yield

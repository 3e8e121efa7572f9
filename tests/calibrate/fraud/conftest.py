"""A file of payments from the fraud world itself, whose parameters are known."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from loopsim.draws import Draws
from loopsim.environments.fraud.day import Threats, expected, payments
from loopsim.environments.fraud.settings import Fraud

WORLD = {"customers": 800, "terminals": 1600, "skimmed": 4e-4, "stolen": 1e-3, "radius": 5.0}
DAYS = 90


@pytest.fixture(scope="session")
def truth():
    """The world's settings."""
    return Fraud(**WORLD, rings=0, scams=0)


def make_payments(settings, days: int, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Payments with what they are, and the customers."""
    draws, parts = Draws(seed), []
    people = settings.build({}).populate(draws)
    for t in range(days):
        threats = Threats.of(settings, draws, t, settings.customers, settings.terminals)
        made = payments(settings, people, draws, t, *expected(people, draws, t), threats)
        when = pd.to_timedelta(t, "D") + pd.to_timedelta(made.seconds, "s")
        parts.append(
            pd.DataFrame(
                {
                    "card": made.rows + 5000,
                    "shop": [f"shop {j}" for j in made.terminal],
                    "amount": made.cents / 100,
                    "time": pd.Timestamp("2024-01-01") + when,
                    "is_fraud": (made.kind > 0).astype(int),
                    "kind": made.kind,
                }
            )
        )
    table = pd.concat(parts).sample(frac=1.0, random_state=1).reset_index(drop=True)
    columns = {name: people[name] for name in ("mean", "rate")}
    return table, pd.DataFrame(columns, index=np.arange(settings.customers) + 5000)


@pytest.fixture(scope="session")
def made(truth):
    return make_payments(truth, DAYS)


@pytest.fixture(scope="session")
def file(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "payments & co.csv"
    table = made[0].assign(segment=np.where(made[0]["card"] % 3 == 0, "firm", "person"))
    table.drop(columns="kind").to_csv(path, index=False)
    return path


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Threads of several test processes that wait for each other take ten times as long."""
    with threadpool_limits(1):
        yield

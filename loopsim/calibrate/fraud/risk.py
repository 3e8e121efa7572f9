"""How well fraud can be told at all: a fitted risk law on later days."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.fraud.transactions import Transactions
from loopsim.draws import Draws, Stream
from loopsim.environments.fraud.measures import average_precision, card_precision
from loopsim.environments.fraud.rolling import HAPPENED, KNOWN, Rolling
from loopsim.environments.fraud.settings import FEATURES
from loopsim.population import Population

Floats = NDArray[np.float64]
FIT_ROWS = 200_000
TRAIN, DELAY, WARM = 0.65, 7, 0.2  # shares of the days; days until a label is known


@dataclass(frozen=True)
class Risk:
    """Of a risk law on days after those that it was fitted to: AUC, average precision, and the
    share of frauds' cards among the 100 riskiest of a day. NaN where there was no fraud.
    """

    name: str
    auc: float
    average_precision: float
    card_precision: float


def features_of(made: Transactions) -> Floats:
    """(n, 15) the world's own features of each payment (`settings.FEATURES`)."""
    people = Population(np.arange(made.cards, dtype=np.int64))
    Rolling.start(people, "carried", made.terminals, DELAY)
    rolling, out = Rolling(people, "carried", DELAY), np.empty((len(made), len(FEATURES)))
    cents = np.minimum(np.round(made.amount * 100.0), 2**31 - 1).astype(np.int32)
    ends = np.searchsorted(made.day, np.arange(made.start, made.start + made.days + 1))
    for t, (lo, hi) in enumerate(pairwise(ends.tolist()), made.start):
        at = slice(lo, hi)
        some = _Some(made.card[at], made.terminal[at].astype(np.int32), made.seconds[at])
        rolling.fill(some, cents[at], t, out[at])
        kind = made.fraud[at].astype(np.int8)
        came = np.full(hi - lo, HAPPENED + KNOWN, dtype=np.int8)
        rolling.close(t, [(some.rows, some.terminal, cents[at], some.seconds, kind, came)])
    return out


@dataclass(frozen=True)
class _Some:
    """The columns that the rolling windows read."""

    rows: Any
    terminal: Any
    seconds: Any

    def __len__(self) -> int:
        return len(self.rows)


def risks(made: Transactions, draws: Draws) -> tuple[Risk, Risk]:
    """Logistic regression, and gradient boosting beside it, fitted to earlier days."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    features, age = features_of(made), made.day - made.start
    last = int(TRAIN * made.days)
    early = np.flatnonzero((age >= int(WARM * made.days)) & (age < last))
    u = draws.uniform(Stream.FIT, -1, early, k=30)
    early = early[np.argsort(u, kind="stable")[:FIT_ROWS]]
    late = np.flatnonzero(age >= last + DELAY)
    models = {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
        "gradient boosting": HistGradientBoostingClassifier(
            max_iter=100, early_stopping=False, random_state=draws.integer(Stream.FIT, -1, k=31)
        ),
    }
    found = []
    for name, model in models.items():
        if len(np.unique(made.fraud[early])) < 2 or not made.fraud[late].any():
            found.append(Risk(name, np.nan, np.nan, np.nan))
            continue
        with threadpool_limits(1):  # threads that wait for other programs' are slower than one
            model.fit(features[early], made.fraud[early])
            risk = model.predict_proba(features[late])[:, 1]
        found.append(_measured(name, risk, made, late))
    return found[0], found[1]


def _measured(name: str, risk: Floats, made: Transactions, late: NDArray[np.int64]) -> Risk:
    from sklearn.metrics import roc_auc_score

    fraud, day, daily = made.fraud[late], made.day[late], []
    for t in np.unique(day):
        now = day == t
        daily.append(card_precision(made.card[late][now], 1.0 - risk[now], fraud[now]))
    return Risk(
        name,
        float(roc_auc_score(fraud, risk)),
        average_precision(1.0 - risk, fraud),
        float(np.mean(daily)),
    )

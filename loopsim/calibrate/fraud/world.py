"""The world that the written files make, as a table of payments."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loopsim.calibrate.fraud.transactions import DAY, Transactions, in_order
from loopsim.draws import Draws
from loopsim.environments.fraud.day import Threats, expected, payments
from loopsim.environments.fraud.settings import Fraud

MOST = 2_000_000  # payments that are looked at
MONDAY = 4 * DAY  # seconds from 1 January 1970 to its first Monday


def live(settings: Fraud, days: int, daily: float, seed: int) -> Transactions:
    """Days of the world in which nobody is stopped, without rings and scams.

    Parameters
    ----------
    settings : Fraud or FraudRows
    days : int
        As many as the data have, fewer where `daily` payments a day come to more than two million.
    """
    draws, parts = Draws(seed), []
    people = settings.build({}).populate(draws)
    n, m = len(people), people.world["cleaned"].size
    for t in range(int(np.clip(MOST / daily, min(days, 30), days))):
        threats = Threats.of(settings, draws, t, n, m)
        made = payments(settings, people, draws, t, *expected(people, draws, t), threats)
        when = MONDAY + float(t) * DAY + made.seconds
        parts.append((when, made.rows, made.terminal.astype(np.int64), made.cents, made.kind))
    when, card, terminal, cents, kind = (np.concatenate(part) for part in zip(*parts, strict=True))
    return in_order(when.astype(np.float64), card, terminal, cents / 100.0, kind > 0)


def settings_of(scenario: Path) -> Fraud:
    """The environment of the written scenario, with the file of its cards."""
    from ruamel.yaml import YAML

    from loopsim.environments.fraud.rows import FraudRows

    given = YAML(typ="safe", pure=True).load(scenario.read_text(encoding="utf-8"))["environment"]
    return FraudRows(**{**given, "cards": str(scenario.parent / given["cards"])})

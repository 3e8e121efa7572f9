"""The page's figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.calibrate.figures import DATA, PALE, WORLD, Panels
from loopsim.calibrate.fraud.faithfulness import Faithfulness
from loopsim.calibrate.fraud.transactions import Transactions


def draw_payments(to: Path, data: Transactions, world: Transactions) -> None:
    """Amounts, payments of a card, payments of a terminal, and the time of day."""
    with Panels(to, 4, 2, (4.4, 2.4)) as axes:
        honest = [made.amount[~made.fraud] for made in (data, world)]
        highest = float(np.quantile(honest[0], 0.995)) or 1.0
        _both(axes[0], honest, np.linspace(0.0, highest, 61))
        axes[0].set(title="Honest amounts", xlabel="amount")
        cards = [made.by_card() / made.days for made in (data, world)]
        _both(axes[1], cards, np.linspace(0.0, float(np.quantile(cards[0], 0.995)) or 1.0, 41))
        axes[1].set(title="Payments of a card in a day", xlabel="payments")
        for made, colour in ((data, DATA), (world, WORLD)):
            count = np.sort(np.bincount(made.terminal, minlength=made.terminals))[::-1]
            axes[2].plot(
                np.linspace(0, 1, count.size), np.cumsum(count) / count.sum(), color=colour
            )
        axes[2].plot([0, 1], [0, 1], color=PALE, lw=1, zorder=0)
        axes[2].set(title="Payments by terminal", xlabel="share of terminals, busiest first")
        axes[2].set(ylabel="share of payments")
        _both(axes[3], [made.seconds / 3600.0 for made in (data, world)], np.arange(25.0))
        axes[3].set(title="Time of day", xlabel="hour")
        axes[0].legend()


def draw_frauds(to: Path, data: Transactions, world: Transactions, faith: Faithfulness) -> None:
    """Frauds by day and size, by kind, and how well they can be told."""
    with Panels(to, 4, 2, (4.4, 2.4)) as axes:
        for made, colour, name in ((data, DATA, "data"), (world, WORLD, "world")):
            axes[0].plot(made.by_day(made.fraud), color=colour, lw=1.2, label=name)
        axes[0].set(title="Frauds in a day", xlabel="day", ylim=(0, None))
        axes[0].legend()
        sizes = [made.amount[made.fraud] for made in (data, world)]
        _both(axes[1], sizes, np.linspace(0.0, float(np.quantile(sizes[0], 0.99)) or 1.0, 41))
        axes[1].set(title="Fraudulent amounts", xlabel="amount")
        y = np.arange(len(faith.kinds))[::-1]
        axes[2].barh(y, [b.data for b in faith.kinds], 0.6, color=PALE)
        axes[2].plot([b.world for b in faith.kinds], y, "o", color=WORLD)
        axes[2].set_yticks(y, [b.name for b in faith.kinds])
        axes[2].set(title="What kind of fraud", xlabel="share of frauds", xlim=(0, None))
        y = np.arange(len(faith.risk_data))[::-1]
        axes[3].barh(y, [r.auc for r in faith.risk_data], 0.5, color=PALE)
        axes[3].plot([r.auc for r in faith.risk_world], y, "o", color=WORLD)
        axes[3].set_yticks(y, [r.name.replace(" ", "\n") for r in faith.risk_data])
        axes[3].set(
            title="How well fraud can be told", xlabel="AUC on later days", xlim=(0.4, 1.02)
        )


def _both(axis: Any, values: Any, edges: Any) -> None:
    for x, name, fill in ((values[0], "data", True), (values[1], "world", False)):
        height = np.histogram(x, edges)[0] / max(len(x), 1)
        colour = PALE if fill else WORLD
        axis.stairs(height, edges, fill=fill, color=colour, lw=1.3, label=name)
    axis.set_yticks([])

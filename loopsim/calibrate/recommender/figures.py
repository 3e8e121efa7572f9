"""The page's figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.calibrate.figures import DATA, OTHER, PALE, WORLD, Panels
from loopsim.calibrate.recommender.attributes import Attributes
from loopsim.calibrate.recommender.faithfulness import Faithfulness
from loopsim.calibrate.recommender.world import Lived, Taken

SHOWN = 20  # attributes drawn


def draw_held(to: Path, faith: Faithfulness) -> None:
    """AUC and recall of the law beside popularity and chance, a row of panels a split."""
    with Panels(to, 2 * len(faith.held), 2, (4.4, 1.7)) as axes:
        for i, held in enumerate(faith.held):
            names, colours = ("law", "popularity", "random"), (WORLD, OTHER, PALE)
            rankers = [ranker for _, ranker in held.rankers()]
            left, right, y = axes[2 * i], axes[2 * i + 1], np.arange(3)[::-1]
            left.barh(y, [r.auc for r in rankers], 0.6, color=colours)
            left.set(xlim=(0.0, 1.12), xlabel="AUC over items not had before", title=held.name)
            right.barh(y, [r.recall_50 for r in rankers], 0.6, color=colours)
            right.plot([r.recall_10 for r in rankers], y, "|", ms=14, mew=2, color=DATA)
            highest = max(max(r.recall_50 for r in rankers), 0.01)
            right.set(xlim=(0, 1.25 * highest), xlabel="recall in the first 50 (bar), 10 (mark)")
            for axis, what in ((left, "auc"), (right, "recall_50")):
                axis.set_yticks(y, names)
                for at, ranker in zip(y, rankers, strict=True):
                    value = getattr(ranker, what)
                    axis.text(value, at, f" {value:.3f}", va="center", fontsize=8, color="#444444")


def draw_world(to: Path, faith: Faithfulness, took: Taken, number: Any, lived: Lived) -> None:
    """Popularity of items, item by item and in order; activity of users; attention by place."""
    with Panels(to, 4, 2, (4.4, 2.6)) as axes:
        for counts, colour, name in ((took.data, DATA, "data"), (took.world, WORLD, "world")):
            share = np.sort(counts)[::-1] / counts.sum()
            axes[0].plot(np.arange(1, share.size + 1), share, color=colour, lw=1.5, label=name)
        axes[0].set(xscale="log", yscale="log", xlabel="items, most popular first")
        axes[0].set(ylabel="share of consumption", title="Popularity of items")
        axes[0].legend()
        axes[1].plot(took.data + 0.5, took.world + 0.5, ".", ms=3, alpha=0.4, color=WORLD)
        highest = max(took.data.max(), took.world.max()) + 1
        axes[1].plot([0.5, highest], [0.5, highest], color=PALE, lw=1, zorder=0)
        axes[1].set(xscale="log", yscale="log", xlabel="users who took it, data")
        axes[1].set(ylabel="world", title="Item by item")
        q = np.linspace(0.01, 0.99, 99)
        for x, colour, name in ((number, DATA, "data"), (lived.visits, WORLD, "world")):
            axes[2].plot(q, np.quantile(x, q) / x.mean(), color=colour, lw=1.5, label=name)
        axes[2].set(xlabel="share of users", ylabel="visits in means", title="How often users come")
        axes[2].legend()
        places = np.arange(1, len(faith.position) + 1)
        axes[3].plot(places, faith.position, "o-", ms=4, color=WORLD)
        axes[3].set(ylim=(0, None), xlabel="place", ylabel="attention over the top's")
        title = "Attention by place: " + ("fitted" if faith.position_fitted else "assumed")
        axes[3].set_title(title)
        axes[3].locator_params(axis="x", integer=True)


def draw_stars(to: Path, faith: Faithfulness, took: Taken) -> None:
    """Stars in data and world, and good ratings that were held out by what the law says of them."""
    held = [held for held in faith.held if held.stars is not None]
    if took.data_stars is None or took.world_stars is None:
        return
    with Panels(to, 1 + len(held), 1 + len(held), (3.2, 2.6)) as axes:
        stars = np.arange(1, took.data_stars.size + 1)
        for shares, shift, colour, name in (
            (took.data_stars, -0.2, DATA, "data"), (took.world_stars, 0.2, WORLD, "world"),
        ):  # fmt: skip
            axes[0].bar(stars + shift, shares, 0.38, color=colour, label=name)
        axes[0].set(xlabel="stars", ylabel="share of ratings", title="Stars of what is taken")
        axes[0].set_xticks(stars)
        axes[0].legend(loc="upper left")
        for axis, some in zip(axes[1:], held, strict=True):
            found = some.stars
            assert found is not None
            axis.plot(found.value, found.by_value, "o", ms=4, color=DATA, label="data")
            axis.plot(found.value, found.by_law, "-", lw=1.5, color=WORLD, label="law")
            axis.set(ylim=(0, 1), xlabel="value (log-odds), tenths of the rows")
            axis.set(ylabel="4 or 5 stars", title=some.name)
            axis.legend(loc="lower right")


def draw_attributes(to: Path, made: Attributes, took: Taken) -> None:
    """What share of consumption each attribute has, in data and world."""
    shares = made.shares.copy()
    shares[shares.sum(axis=1) == 0.0] = 1.0
    shares /= shares.sum(axis=1, keepdims=True)
    data, world = (x @ shares / x.sum() for x in (took.data, took.world))
    order = np.argsort(-data)[:SHOWN]
    y = np.arange(order.size)[::-1]
    with Panels(to, 1, 1, (6.4, 0.9 + 0.22 * order.size)) as axes:
        axes[0].barh(y, data[order], 0.65, color=PALE, label="data")
        axes[0].plot(world[order], y, "o", ms=5, color=WORLD, label="world")
        axes[0].set_yticks(y, [made.names[j][:28] for j in order])
        axes[0].set(xlabel="share of consumption", title="What is consumed, by attribute")
        axes[0].legend(loc="lower right")

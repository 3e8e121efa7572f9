"""Do recommenders that learn from what they made users pick make users alike? Chaney et al. (2018).

A list holds all items, new ones dealt into it at random, and is shown as a whole: a slate is up to
1,000 long. What a user has had keeps its place in the list and is not picked again. That decides:
where it leaves the list, so that what is next moves up, all become far more alike (in the world,
``listed: false``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.draws import Draws, Stream
from loopsim.experiment import Check, within
from loopsim.parts import one_thread

CLAIM = (
    "Recommenders retrained on picks that they shaped make users' consumption more alike than an "
    "ideal recommender would, popularity most, then content, then random, which hardly does; "
    "trained once, on picks from random lists, they hardly do either."
)
SOURCE = (
    "Chaney, Stewart and Engelhardt (2018), How Algorithmic Confounding in Recommendation Systems "
    "Increases Homogeneity and Decreases Utility"
)
CAPTION = (
    "The lines at the end, against the open circles. On the left they keep the published order; "
    "on the right, after one fit, popularity goes on to make users alike, which the paper does "
    "not show: two bands are missed there."
)
CONTROL = (
    "Random lists, the ideal recommender (from which all is counted), and models that are trained "
    "once."
)
KIND = "published"

WORLD = Path(__file__).with_name("worlds") / "confounding.py"
PICKS, LISTS = WORLD.with_name("picks.py"), WORLD.with_name("interleaved.py")
SEEDS, ROUNDS, STEP = range(4), 100, 10
#: Rounds of random lists before the first fit. Afterwards a fit every so many rounds, or none.
STARTUP = {"repeated": 10, "once": 50}
#: `factors` begins anew each time, at a twentieth of a second.
EVERY = {"factors": 2}
MODELS: dict[str, Any] = {
    "ideal": "oracle-slates",
    "popularity": {"kind": "picks", "by": "popularity"},
    "content": {"kind": "picks", "by": "content"},
    "social": {"kind": "picks", "by": "social"},
    "factors": {"kind": "picks", "by": "factors"},
    "random": "oracle-slates",  # lists are random in all rounds: nobody looks at a score
}
#: Jaccard index with the nearest neighbour less the ideal recommender's, at t = 100; ±.05.
PUBLISHED = {
    "repeated": {"popularity": 0.22, "content": 0.15, "social": 0.09, "factors": 0.09}
    | {"random": 0.015},
    "once": {"popularity": 0.045, "content": 0.02, "social": 0.0, "factors": 0.0},
}
BAND = 0.05


def scenario(model: str, training: str, seed: int, **changes: object) -> loopsim.Scenario:
    """One of `MODELS`, trained one of the ways of `STARTUP`."""
    registry.allow_code([WORLD, PICKS, LISTS])
    for file, kind in ((WORLD, "Confounding"), (PICKS, "PicksModel"), (LISTS, "Interleaved")):
        registry.load_code(file, kind)  # makes its kind known
    startup = STARTUP[training]
    learns = model not in ("ideal", "random")
    rounds = EVERY.get(model, 1) if training == "repeated" else startup
    plan = {
        "name": "algorithmic-confounding",
        "seed": seed,
        "rounds": ROUNDS,
        "environment": {"kind": "confounding", "network": model == "social"},
        "model": MODELS[model],
        "policy": {
            "kind": "interleaved",
            "whole": True,
            "startup": ROUNDS if model == "random" else startup,
        },
        "labels": {"delay": {"kind": "fixed", "rounds": 1} if learns else "never"},
        "training": {
            "rule": {"kind": "every", "rounds": rounds} if learns else "never",
            "window": {"kind": "sliding", "rounds": rounds},  # a fit adds to what it knows
            "history": {"rows": 0},
        },
        "observed": {"window": 1},
    }
    return loopsim.Scenario.parse(plan, changes)


Picked = NDArray[np.bool_]


@cache
def lived(model: str, training: str, seed: int) -> tuple[Picked, NDArray[np.int64]]:
    """What each user had picked, and who was nearest to them, at every `STEP` rounds.

    (steps, users, items) and (steps, users). Nearest is by the recommender's own view of users.
    """
    from threadpoolctl import threadpool_limits

    had, near = [], []
    one_thread()
    with threadpool_limits(1):  # of so small matrices the threads only wait for each other
        sim = loopsim.Simulation(scenario(model, training, seed))
        for until in range(STEP, ROUNDS + 1, STEP):
            consumed = sim.run(until).people["consumed"][:, :until]
            table = np.zeros((len(sim.people), sim.people["worth"].shape[1]), dtype=bool)
            np.put_along_axis(table, consumed, True, axis=1)
            had.append(table)
            near.append(nearest(profiles(model, sim), seed, until))
    return np.stack(had), np.stack(near)


def profiles(model: str, sim: loopsim.Simulation) -> NDArray[np.float64]:
    """(users, d) how the recommender sees users; all alike if it does not tell them apart."""
    learnt = getattr(sim.model, "learnt", {})
    if model == "factors" and learnt:
        return np.asarray(learnt["users"], dtype=float)
    if model == "social":
        return registry.load_code(WORLD, "connected")(sim.people["tastes"]) * 1.0
    if model == "content" and learnt:
        return np.asarray(learnt["profiles"])
    return np.ones((len(sim.people), 1))


def nearest(view: NDArray[np.float64], seed: int, t: int) -> NDArray[np.int64]:
    """(users,) who has the highest cosine with each; by lot among equals."""
    n = len(view)
    norm = np.linalg.norm(view, axis=1, keepdims=True)
    unit = np.divide(view, norm, out=np.zeros_like(view), where=norm > 0)
    lots = Draws(seed).uniform(Stream.TIE, t, np.arange(n * n)).reshape(n, n)
    alike = np.round(unit @ unit.T, 9) + 1e-10 * lots
    np.fill_diagonal(alike, -np.inf)
    return np.argmax(alike, axis=1)


def jaccard(had: Picked, near: NDArray[np.int64]) -> float:
    """Mean over users of |both| / |either|, each with their nearest."""
    other = had[near]
    return float(((had & other).sum(axis=1) / (had | other).sum(axis=1)).mean())


@cache
def change(model: str, training: str) -> NDArray[np.float64]:
    """(seeds, steps) Jaccard index of neighbours less that of the same pairs under the ideal."""
    found = []
    for seed in SEEDS:
        had, near = lived(model, training, seed)
        ideal, _ = lived("ideal", training, seed)
        pairs = zip(had, ideal, near, strict=True)
        found.append([jaccard(mine, who) - jaccard(best, who) for mine, best, who in pairs])
    return np.array(found)


def checks() -> list[Check]:
    """Every published figure, and the order popularity > content > random."""
    found = []
    for training, published in PUBLISHED.items():
        for model, value in published.items():
            measured = change(model, training)[:, -1]
            name = f"{training}, {model}: change in Jaccard index"
            found.append(within(name, measured, value - BAND, value + BAND))
    for more, less in (("popularity", "content"), ("content", "random")):
        gap = change(more, "repeated")[:, -1] - change(less, "repeated")[:, -1]
        found.append(within(f"order, repeated: {more} less {less}", gap, 0.0, 1.0))
    return found


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Change in Jaccard index over the rounds, a panel a way of training."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 4.2), layout="constrained", dpi=130)
    panels = figure.subplots(1, 2, sharey=True)
    titles = {"repeated": "Trained every round from round 10 on", "once": "Trained once, at 50"}
    for axis, training in zip(panels, STARTUP, strict=True):
        _panel(axis, training)
        axis.set_title(titles[training], fontsize=10)
    panels[0].set_ylabel("change in Jaccard index, neighbours")
    panels[1].plot([], [], "o", mfc="white", color="0.35", label="published, ±.05")
    panels[1].fill_between([], [], color="0.85", label=f"{len(SEEDS)} seeds, lowest to highest")
    panels[1].legend(frameon=False, fontsize=8, loc="upper left")
    figure.suptitle("Learning from picks that it shaped makes users alike", fontsize=11)
    figure.savefig(path, metadata={"Software": None})


#: Colour, line and marker's place.
LOOK = {
    "popularity": ("#D55E00", "-"),
    "content": ("#0072B2", "--"),
    "social": ("#CC79A7", "-."),
    "factors": ("#009E73", ":"),
    "random": ("#000000", "-"),
}


def _panel(axis: Any, training: str) -> None:
    """Means and ranges of the seeds; the published figures a little apart, at the end."""
    t = np.arange(STEP, ROUNDS + 1, STEP)
    for place, (model, value) in enumerate(PUBLISHED[training].items()):
        colour, line = LOOK[model]
        seeds = change(model, training)
        axis.fill_between(t, seeds.min(0), seeds.max(0), color=colour, alpha=0.13, linewidth=0)
        label = f"{model} {seeds[:, -1].mean():.3f}"
        axis.plot(t, seeds.mean(axis=0), line, color=colour, linewidth=1.8, label=label)
        axis.errorbar(ROUNDS + 4 + 3 * place, value, BAND, fmt="o", mfc="white", color=colour)
    axis.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    axis.axvline(STARTUP[training], color="0.6", linewidth=0.8, linestyle=":", zorder=0)
    axis.legend(frameon=False, fontsize=8, loc="upper left")
    axis.set(xlabel="rounds", xlim=(0, ROUNDS + 20), xticks=range(0, ROUNDS + 1, 20))
    axis.spines[["top", "right"]].set_visible(False)

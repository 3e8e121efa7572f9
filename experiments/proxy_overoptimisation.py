"""What is lost when a proxy of the reward is optimised too far? Gao, Schulman and Hilton (2022)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check, above, within
from loopsim.twins import style

CLAIM = (
    "Trained on a proxy, a policy's gold reward rises, turns at √KL = α/2β and falls below the "
    "start, while the proxy's reward goes on rising. The best of n by a proxy with heavy-tailed "
    "errors turns over too; with Gaussian errors it never does."
)
SOURCE = "Gao, Schulman and Hilton (2022), Scaling Laws for Reward Model Overoptimization"
CAPTION = (
    "On the left the solid line against the dashed one: what answers are worth turns where the "
    "exact curve does, and the dashboard's reward does not. On the right vermilion turns over "
    "after 16 answers; blue goes on. Open circles are published."
)
CONTROL = "A policy trained on the gold reward (the outcome loop cut), and Gaussian errors."
KIND = "published"
SEEDS = "40,000 prompts of one run, each with draws of its own"

WORLD = Path(__file__).with_name("worlds") / "proxy.py"
PROMPTS, ROUNDS, CHUNK = 40_000, 61, 5_000
#: A step up the gold reward leaves .98 of the way to the peak: 60 of them leave 30%, 300 nothing.
LONG = 301
A, ANGLE, B = 1.0, 60.0, 0.2
ALPHA, BETA = np.sqrt(2.0) * A * np.cos(np.deg2rad(ANGLE)), B
PEAK, BEST = ALPHA / (2 * BETA), ALPHA**2 / (4 * BETA)
#: Gold worth of the best of n by the proxy; ±.02, four standard errors.
BEST_OF = {
    "heavy": {4: 0.552, 16: 0.697, 64: 0.461, 256: 0.231},
    "normal": {4: 0.725, 16: 1.25, 64: 1.65, 256: 1.99},
}
BAND = 0.02

Floats = NDArray[np.float64]
_NEVER = {"rule": "never", "history": {"rows": 0}}
_EVERY = {
    "rule": {"kind": "every", "rounds": 1}, "window": {"kind": "sliding", "rounds": 1},
    "history": {"rows": 0},
}  # fmt: skip


def _parse(world: dict[str, Any], **sections: Any) -> loopsim.Scenario:
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Answers")  # makes its kinds known
    return loopsim.Scenario.parse(
        {"name": "proxy-overoptimisation", "environment": world, "observed": {"window": 1}}
        | sections
    )


def best_of_plan(error: str, n: int, seed: int = 0, prompts: int = CHUNK) -> loopsim.Scenario:
    """The best of n answers by the proxy, once."""
    world = {"kind": "answers", "prompts": prompts, "n": n, "error": error}
    policy = {"kind": "top-k", "k": 1}
    return _parse(world, seed=seed, rounds=1, model="proxy", policy=policy, training=_NEVER)


def tilted_plan(outcome: float, prompts: int = PROMPTS, rounds: int = ROUNDS) -> loopsim.Scenario:
    """A policy trained on the proxy, or with the outcome loop cut on the gold reward."""
    world = {"kind": "tilted", "prompts": prompts, "a": A, "angle": ANGLE, "b": B}
    loops = {"outcome": outcome}
    return _parse(
        world, rounds=rounds, model="tilted-policy", policy="report", training=_EVERY, loops=loops
    )


@cache
def best_of(error: str, n: int) -> tuple[Floats, Floats]:
    """(prompts,) gold worth and proxy of what is shown; in chunks, for the memory's sake."""
    found = []
    for seed in range(PROMPTS // CHUNK):
        sim = loopsim.Simulation(best_of_plan(error, n, seed)).run()
        shown = sim.world.measure(sim.people, sim.cases, sim.outcomes)
        found.append((shown["gold"], shown["proxy"]))
    gold, proxy = np.hstack(found)
    return gold, proxy


class Rewards:
    """Keeps √KL, and the means of both rewards, round by round."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float, float]] = []

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """Of the answers of round t."""
        d = abs(sim.model.theta) / np.sqrt(2.0)
        self.rows.append((d, float(outcomes.good.mean()), float(cases.scores.mean())))


@cache
def trained(outcome: float) -> Floats:
    """(3, rounds) √KL, gold reward and proxy reward."""
    kept = Rewards()
    loopsim.Simulation(tilted_plan(outcome, rounds=ROUNDS if outcome else LONG), [kept]).run()
    return np.array(kept.rows).T


def curve(d: Any) -> Any:
    """The exact gold reward at √KL = d."""
    return d * (ALPHA - BETA * d)


def checks() -> list[Check]:
    """Bands stated before the first run."""
    return [*_trained(), *_best_of(), *_divergence()]


def _trained() -> list[Check]:
    d, gold, proxy = trained(1.0)
    end = [float(row[-5:].mean()) for row in trained(0.0)]
    at = int(gold.argmax())
    far = float(np.abs(gold - curve(d)).max())
    return [
        Check("proxy-trained: farthest from the exact curve", far, 0.0, 0.05),
        Check("proxy-trained: √KL at the peak", float(d[at]), PEAK - 0.3, PEAK + 0.3),
        Check("proxy-trained: gold at the peak", float(gold[at]), BEST - 0.03, BEST + 0.03),
        Check("proxy-trained: gold at the end", float(gold[-1]), -np.inf, 0.0),
        Check("proxy-trained: proxy, end less peak", float(proxy[-1] - proxy[at]), 1.0, np.inf),
        Check("gold-trained: √KL at the end", end[0], PEAK - 0.1, PEAK + 0.1),
        Check("gold-trained: gold at the end", end[1], BEST - 0.03, BEST + 0.03),
    ]


def _best_of() -> list[Check]:
    found = [
        within(
            f"best of {n}, {error} errors: gold", best_of(error, n)[0], value - BAND, value + BAND
        )
        for error, values in BEST_OF.items()
        for n, value in values.items()
    ]
    turn = best_of("heavy", 16)[0] - best_of("heavy", 256)[0]
    rise = best_of("normal", 256)[0] - best_of("normal", 64)[0]
    return [
        *found,
        above("heavy errors: gold, 16 less 256", turn),
        above("normal: 256 less 64", rise),
    ]


def _divergence() -> list[Check]:
    """KL of the best of n from one draw, log n + (n − 1)·E log F(proxy): log n − (n − 1)/n."""
    from scipy.stats import norm

    found = []
    for n in BEST_OF["normal"]:
        reached = norm.logcdf(best_of("normal", n)[1] / np.sqrt(2.0))
        exact = np.log(n) - (n - 1) / n
        name = f"best of {n}: KL, exact {exact:.3f}"
        found.append(within(name, np.log(n) + (n - 1) * reached, exact - BAND, exact + BAND))
    return found


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Both rewards over √KL, and the best of n."""
    figure = style.figure(9.2, 4.0)
    left, right = figure.subplots(1, 2)
    _over_kl(left)
    _over_n(right)
    figure.suptitle(
        "A proxy that is optimised too far: its reward rises, the worth falls", fontsize=10
    )
    style.save(figure, path)


def _over_kl(axis: Any) -> None:
    d, gold, proxy = trained(1.0)
    x = np.linspace(0.0, d.max(), 200)
    axis.plot(x, curve(x), color="0.75", lw=5, label="exact: d(α − βd)")
    axis.plot(d, gold, color="#D55E00", lw=1.6, label="trained on the proxy: gold")
    axis.plot(
        d,
        proxy,
        "--",
        color="#D55E00",
        lw=1.6,
        label="trained on the proxy: its reward (dashboard)",
    )
    axis.plot(
        trained(0.0)[0], trained(0.0)[1], color="#0072B2", lw=1.6, label="trained on the gold"
    )
    axis.plot(trained(0.0)[0][-1], trained(0.0)[1][-1], "o", color="#0072B2", ms=6)
    axis.axvline(PEAK, color="0.6", lw=0.8, ls=":", zorder=0)
    style.plain(axis, "a policy that moves, by √KL from its start")
    axis.set(xlabel="√KL", ylabel="mean reward", ylim=(-1.0, 3.0))
    axis.legend(frameon=False, fontsize=8, loc="lower left")


def _over_n(axis: Any) -> None:
    for error, colour, label in (
        ("heavy", "#D55E00", "heavy-tailed"),
        ("normal", "#0072B2", "Gaussian"),
    ):
        n = list(BEST_OF[error])
        gold = [best_of(error, k)[0].mean() for k in n]
        proxy = [best_of(error, k)[1].mean() for k in n]
        axis.plot(n, gold, "-s", ms=4, color=colour, label=f"{label} errors: gold")
        axis.plot(n, proxy, "--", color=colour, label=f"{label} errors: proxy")
        axis.plot(n, list(BEST_OF[error].values()), "o", mfc="none", ms=9, color=colour)
    style.plain(axis, "the best of n by the proxy")
    axis.set(xlabel="n", ylabel="mean reward", xscale="log", xticks=n, ylim=(0, 6.8))
    axis.set_xticklabels([str(k) for k in n])
    axis.minorticks_off()
    axis.legend(frameon=False, fontsize=8, loc="upper right")

"""Where does retraining lead if predictions move what they predict? Perdomo et al. (2020).

Two worlds in closed form, and strategic borrowers on real rows. The last need the Give Me Some
Credit data beside the repository; without them that part is left out, and said to be.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check

CLAIM = (
    "Repeated refitting contracts by ε a round to a stable point, which is not the optimum, and "
    "diverges above ε = 1. Strategic borrowers, refitted exactly with a free intercept, are stable "
    "after one round for every ε: the published non-convergence at ε = 1000 is the solver's."
)
SOURCE = (
    "Perdomo, Zrnic, Mendler-Dünner and Hardt (2020), Performative Prediction; Mendler-Dünner, "
    "Perdomo, Zrnic and Hardt (2020), Stochastic Optimization for Performative Prediction"
)
CAPTION = (
    "The slope of each line on the left is ε; in the middle refitting stays beside the best "
    "slope, not on it; on the right the green line falls to nothing at once, at the ε at which "
    "the paper's solver stops far away."
)
CONTROL = "Exact closed forms, and the paper's solver on the same rows."
KIND = "published"
SEEDS = "One: the refits are of the law, or of real rows"

WORLD = Path(__file__).with_name("worlds") / "performative.py"
_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
DATA = Path(os.environ.get("LOOPSIM_DATA", _BESIDE)) / "give_me_some_credit.csv.gz"

Floats = NDArray[np.float64]

MU = 10.0
#: ε of the mean, and rounds.
MEANS = {0.5: 40, 0.9: 320, 1.2: 40}
#: The biased coin: μ, ε, and by these the stable and the optimal slope and what lies between.
COIN_MU, COIN_EPSILON, COINS = 0.1, 0.3, 1_000_000
STABLE, OPTIMAL = COIN_MU / (1 - COIN_EPSILON), COIN_MU / (1 - 2 * COIN_EPSILON)
GAP = 0.00114796
#: Published accuracy of the first fit (of the solver that stops early: the exact minimum, held to
#: the same band, misses it), and the gaps of a penalised intercept at the 25th refit.
ACCURACY = 0.7207
PENALISED = {100.0: (0.006, 0.001), 1000.0: (0.95, 0.05)}
REFITS, TOLERANCE = 25, 1e-7
_EVERY = {
    "window": {"kind": "sliding", "rounds": 1}, "history": {"rows": 0}, "minimum": 2,
}  # fmt: skip
_LOGISTIC = {"kind": "estimator", "use": "sklearn.linear_model.LogisticRegression"}
_EXACT = {"solver": "newton-cholesky", "tol": 1e-10, "max_iter": 1000}


def _parse(world: dict[str, Any], **sections: Any) -> loopsim.Scenario:
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Slope")  # makes its kinds known
    plan = {"name": "performative-prediction", "environment": world, "policy": "report"}
    return loopsim.Scenario.parse(plan | sections)


def mean_plan(epsilon: float, rounds: int, **world: Any) -> loopsim.Scenario:
    """Refitting the mean of outcomes that move with it."""
    place = {"kind": "mean-shift", "mu": MU, "epsilon": epsilon} | world
    training = _EVERY | {"rule": {"kind": "every", "rounds": 1}}
    return _parse(place, rounds=rounds, model="mean", training=training)


def coin_plan(slope: float, rule: Any, rounds: int, **world: Any) -> loopsim.Scenario:
    """A coin, from a slope on: refitted or held."""
    place = {"kind": "biased-coin", "mu": COIN_MU, "epsilon": COIN_EPSILON} | world
    model = {"kind": "slope", "before": slope}
    return _parse(place, rounds=rounds, model=model, training=_EVERY | {"rule": rule})


def credit_plan(model: dict[str, Any], epsilon: float, refits: int) -> loopsim.Scenario:
    """Borrowers: a fit in every second round, so that everybody has moved before the next one."""
    place = {"kind": "strategic-credit", "file": str(DATA), "epsilon": epsilon}
    training = _EVERY | {"rule": {"kind": "every", "rounds": 2}}
    return _parse(
        place, rounds=2 * refits + 3, model=model, policy="everyone", training=training
    )  # fmt: skip


def exact(C: float, free: bool) -> dict[str, Any]:
    """Logistic regression to the last digits, its intercept free or penalised like a slope."""
    return _LOGISTIC | {"parameters": _EXACT | {"C": C, "fit_intercept": free}}


def published() -> dict[str, Any]:
    """The paper's own solver with its stopping rule; λ = 1/n."""
    made = {"parameters": {"tolerance": TOLERANCE}}
    return {"kind": "file", "path": str(WORLD), "name": "StoppedDescent"} | made


@cache
def means(epsilon: float) -> Floats:
    """(rounds,) what is predicted in each round, from 0 on."""
    sim = loopsim.Simulation(mean_plan(epsilon, MEANS[epsilon])).run()
    return np.array([0.0, *(version.model.value for version in sim.versions)])


@cache
def refitted_coin() -> Floats:
    """(rounds,) the slope of each round, from 0 on."""
    rule = {"kind": "every", "rounds": 1}
    sim = loopsim.Simulation(coin_plan(0.0, rule, 40)).run()
    return np.array([0.0, *(float(version.model.learnt["slope"]) for version in sim.versions)])


@cache
def risk(slope: float, coins: bool = False) -> float:
    """The performative risk of a slope that is held: in expectation, or of coins that are tossed.

    Draws are keyed, so that all slopes meet the same uniforms.
    """
    tossed = {"people": COINS, "sigma": 1.0} if coins else {}
    sim = loopsim.Simulation(coin_plan(slope, "never", 1, **tossed)).run()
    return float(sim.world.risk(sim.cases, sim.outcomes))


@cache
def credit(name: str, epsilon: float) -> tuple[Floats, float, float]:
    """(fits, 11) slopes and intercept of every fit, the first one's accuracy, the last one's
    gradient where the model tells it (NaN otherwise)."""
    models = {
        "free": (exact(1.0, True), 3),
        "penalised": (exact(1e-3, False), REFITS),
        "published": (published(), 2),
    }
    sim = loopsim.Simulation(credit_plan(models[name][0], epsilon, models[name][1]))
    sim.run(3)
    right = ((sim.cases.scores >= 0.5) == (sim.outcomes.good == 1)).mean()
    sim.run()
    last = getattr(sim.versions[-1].model.fitted, "gradient_", np.nan)
    return np.array([theta(v.model.fitted) for v in sim.versions]), float(right), float(last)


def theta(fitted: Any) -> Floats:
    """(11,) the slopes, and last the intercept (and what lies on the one beside it)."""
    if hasattr(fitted, "slopes_"):
        return fitted.slopes_  # type: ignore[no-any-return]
    return np.r_[fitted.coef_[0, :-1], fitted.coef_[0, -1] + fitted.intercept_[0]]


def gaps(name: str, epsilon: float) -> Floats:
    """(refits,) ‖θ' − θ‖ over the norm of the first fit's strategic slopes."""
    found = credit(name, epsilon)[0]
    moving = registry.load_code(WORLD, "STRATEGIC")
    apart = np.linalg.norm(np.diff(found, axis=0), axis=1)
    return apart / np.linalg.norm(found[0, moving])  # type: ignore[no-any-return]


@cache
def stays() -> tuple[float, float]:
    """At ε = 1000: the gradient at the exact refit, and how far the published solver leaves it when
    it starts there, as a gap."""
    objective, solver = (registry.load_code(WORLD, n) for n in ("objective", "StoppedDescent"))
    sim = loopsim.Simulation(credit_plan(exact(1.0, True), 1000.0, 1)).run(4)
    x, y = sim.cases.features.copy(), sim.outcomes.good.astype(np.int64)
    first, second = (theta(v.model.fitted) for v in sim.run(5).versions)
    gradient = objective(x, y, second, 1.0 / len(x), True)[1]
    left = solver(TOLERANCE, second.tolist()).fit(x, y).slopes_ - second
    moving = registry.load_code(WORLD, "STRATEGIC")
    norms = [float(np.linalg.norm(v)) for v in (gradient, left, first[moving])]
    return norms[0], norms[1] / norms[2]


def checks() -> list[Check]:
    """The two closed forms; the borrowers if their data are there."""
    found = [*_mean_checks(), *_coin_checks()]
    if DATA.is_file():
        return [*found, *_credit_checks(), *_evidence()]
    print(f"left out, strategic borrowers: no {DATA.name}; set LOOPSIM_DATA to its folder")
    return found


def _mean_checks() -> list[Check]:
    found = []
    for epsilon in MEANS:
        error = means(epsilon)[:40] - MU / (1 - epsilon)
        worst = float(np.abs(error[1:] / error[:-1] - epsilon).max())
        name = f"mean, ε = {epsilon:g}: a round's factor of the error, less ε"
        found.append(Check(name, worst, 0.0, 1e-9))
    return [
        *found,
        _near("mean, ε = 0.9: the stable point", means(0.9)[-1], 100.0, 1e-6),
        Check("mean, ε = 1.2: it diverges to", float(means(1.2)[-1]), 1000.0, np.inf),
    ]


def _coin_checks() -> list[Check]:
    low, middle, high = (risk(slope) for slope in (0.0, OPTIMAL, 0.5))
    curve = np.polyfit((0.0, OPTIMAL, 0.5), (low, middle, high), 2)  # the risk is a parabola
    tossed = risk(STABLE, True) - risk(OPTIMAL, True)
    return [
        _near("coin: the stable slope", refitted_coin()[-1], 0.142857, 5e-7),
        _near("coin: the optimal slope", -curve[1] / (2 * curve[0]), 0.25, 5e-7),
        _near("coin: risk at the stable slope, less the least", risk(STABLE) - middle, GAP, 5e-9),
        _near(f"the same, {COINS:,} coins tossed", tossed, GAP, 2e-4),
    ]


def _credit_checks() -> list[Check]:
    found = [
        _near(f"credit, {title}: accuracy of the first fit", credit(*arm)[1], ACCURACY, 5e-4)
        for title, arm in (("exact", ("free", 100.0)), ("its solver", ("published", 1000.0)))
    ]
    moving = registry.load_code(WORLD, "STRATEGIC")
    for epsilon in (100.0, 1000.0):
        fits, name = credit("free", epsilon)[0], f"credit, free intercept, ε = {epsilon:g}"
        slopes, shift = fits[:, moving], fits[1, -1] - fits[0, -1]
        moved = float(np.linalg.norm(slopes[1:] - slopes[0], axis=1).max())
        ratio = shift / (-epsilon * (slopes[0] ** 2).sum())
        found += [
            Check(f"{name}: the slopes move by", moved, 0.0, 1e-6),
            _near(f"{name}: shift of the intercept / ε‖θ‖²", ratio, 1.0, 1e-6),
            Check(f"{name}: gap from the 2nd refit on", gaps("free", epsilon)[1:].max(), 0, 1e-6),
        ]
    for epsilon, (value, band) in PENALISED.items():
        name = f"credit, penalised intercept, ε = {epsilon:g}: gap, refit {REFITS}"
        found.append(_near(name, gaps("penalised", epsilon)[-1], value, band))
    return found


def _evidence() -> list[Check]:
    """That the published non-convergence at ε = 1000 comes from the solver's stopping rule."""
    gradient, left = stays()
    stopped = credit("published", 1000.0)[2]
    return [
        Check("its solver, ε = 1000: gap, refit 2", gaps("published", 1000.0)[-1], 1.0, np.inf),
        Check("its solver, ε = 1000: gradient where it stops", stopped, 1e-3, np.inf),
        Check("exact refit, ε = 1000: gradient", gradient, 0.0, 1e-6),
        Check("its solver, started at the exact refit: gap", left, 0.0, 0.01),
    ]


def _near(name: str, measured: float, published: float, band: float) -> Check:
    return Check(name, float(measured), published - band, published + band)


BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Errors of the mean, the coin's risk, and the borrowers' gaps."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 3.9), layout="constrained", dpi=130)
    mean, coin, borrowers = figure.subplots(1, 3, width_ratios=(1, 1, 1.25))
    _draw_mean(mean)
    _draw_coin(coin)
    _draw_credit(borrowers)
    for axis in (mean, coin, borrowers):
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle("Retraining against predictions that come true, or are answered", fontsize=11)
    figure.savefig(path, metadata={"Software": None})


def _draw_mean(axis: Any) -> None:
    """Distance from the stable point; the law as a thin line under the circles."""
    rounds = np.arange(40)
    for epsilon, colour in zip(MEANS, (BLUE, ORANGE, PINK), strict=True):
        error = np.abs(means(epsilon)[:40] - MU / (1 - epsilon))
        axis.plot(rounds, error[0] * epsilon**rounds, color=colour, linewidth=1)
        axis.plot(rounds[::3], error[::3], "o", ms=4, mfc="white", color=colour)
        axis.text(40.5, error[-1], f"ε = {epsilon:g}", color=colour, va="center", fontsize=9)
    axis.plot([], [], "o-", mfc="white", ms=4, color="0.35", label="runs, and ε to the power t")
    axis.legend(frameon=False, fontsize=8, loc="lower left")
    axis.set(yscale="log", ylim=(1e-11, 1e6), xlim=(-1, 50), xlabel="refits", title="The mean")
    axis.set_ylabel("distance from the stable point")


def _draw_coin(axis: Any) -> None:
    slopes = np.linspace(0.0, 0.5, 51)
    axis.plot(slopes, [risk(float(s)) for s in slopes], color="0.35", linewidth=1.6)
    for slope, colour, mark, name, at in (
        (STABLE, ORANGE, "s", "refitting stays here", (6, 42)),
        (OPTIMAL, BLUE, "o", "the best slope", (-36, -36)),
    ):
        axis.plot(slope, risk(slope), mark, ms=8, color=colour)
        look = {"textcoords": "offset points", "color": colour, "fontsize": 9}
        axis.annotate(f"{name}\n{slope:.4f}", (slope, risk(slope)), at, **look)
    least, most = risk(OPTIMAL), risk(0.0)
    axis.set_ylim(least - 0.35 * (most - least), most + 0.1 * (most - least))
    axis.set(xlabel="slope that is held", ylabel="performative risk", title="The biased coin")


def _draw_credit(axis: Any) -> None:
    """Gaps, on a log scale; nothing if the data are not there."""
    axis.set(yscale="log", ylim=(1e-13, 200), xlabel="refits", title="Strategic borrowers")
    axis.set_ylabel("‖θ′ − θ‖ / first strategic slopes")
    if not DATA.is_file():
        axis.text(0.5, 0.5, "left out: no data", transform=axis.transAxes, ha="center")
        return
    for arm, colour, mark, label in (
        (("published", 1000.0), PINK, "^-", "the paper's solver, ε = 1000"),
        (("penalised", 1000.0), ORANGE, "s-", "penalised intercept, ε = 1000"),
        (("penalised", 100.0), BLUE, "o-", "penalised intercept, ε = 100"),
        (("free", 1000.0), GREEN, "D-", "free intercept, exact, ε = 1000"),
    ):
        gap = gaps(*arm)
        axis.plot(1 + np.arange(gap.size), gap, mark, ms=4, mfc="white", color=colour, label=label)
    axis.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 0.08))

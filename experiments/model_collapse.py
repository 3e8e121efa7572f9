"""What becomes of a generator that is trained on what generators made? Shumailov et al. (2024)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

import loopsim
from loopsim import registry
from loopsim.experiment import Check, within

CLAIM = (
    "Refitted on their own samples alone, generators lose what is rare and then all spread, a "
    "kernel estimate excepted, which widens; where samples accumulate beside those of the law, "
    "the loss is bounded. Each at the rate of its closed form."
)
SOURCE = (
    "Shumailov, Shumaylov, Zhao, Papernot, Anderson and Gal (2024), AI models collapse when "
    "trained on recursively generated data; Gerstgrasser et al. (2024), Is Model Collapse "
    "Inevitable?"
)
CAPTION = (
    "That the circles lie on the lines: each loss has its closed form. Blue does not fall (the "
    "loop is cut), green is bounded (samples accumulate), and a kernel estimate widens."
)
CONTROL = "The model loop cut, and accumulating samples."
KIND = "published"
SEEDS = "1,200 to 8,000 replicates of one run, each with draws of its own"

WORLD = Path(__file__).with_name("worlds") / "collapse.py"

Floats = NDArray[np.float64]
Arm = dict[str, Any]

#: Standard errors of the replicates' mean that a figure may be away from its closed form.
ERRORS = 4.0
_REPLACE = {"window": {"kind": "sliding", "rounds": 1}}
_ACCUMULATE = {"window": {"kind": "all"}}
_ML, _UNBIASED = ({"kind": "normal-generator", "unbiased": u} for u in (False, True))
_LINES = {"law": "linear", "inputs": 10, "samples": 50, "replicates": 2000, "generations": 10}
_LINEAR = {"kind": "linear-generator", "inputs": 10}

#: World, generator, window and loops; generation t is version t.
ARMS: dict[str, Arm] = {
    "ML": {"samples": 20, "model": _ML, "training": _REPLACE},
    "unbiased": {"samples": 20, "model": _UNBIASED, "training": _REPLACE},
    "unbiased, cut": {
        "samples": 20, "model": _UNBIASED, "training": _REPLACE, "loops": {"model": 0.0},
    },
    "accumulate": {
        "samples": 10, "replicates": 4000, "generations": 30, "model": _ML,
        "training": _ACCUMULATE,
    },
    "linear, replace": _LINES | {"model": _LINEAR, "training": _REPLACE},
    "linear, accumulate": _LINES | {"model": _LINEAR, "training": _ACCUMULATE},
    "categories": {
        "law": "uniform", "samples": 100, "replicates": 1200, "generations": 100,
        "model": {"kind": "category-generator"}, "training": _REPLACE,
    },
    "kernels": {
        "samples": 100, "replicates": 1200, "generations": 100,
        "model": {"kind": "kernel-generator"}, "training": _REPLACE,
    },
}  # fmt: skip
REPLICATES, GENERATIONS = 8000, 50
FEW = 5  # generations at which means are tested that rare paths carry later on


def scenario(arm: str, **changes: object) -> loopsim.Scenario:
    """One of `ARMS`: a round is a generation."""
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Collapse")  # makes its kinds known
    parts = dict(ARMS[arm])
    replicates = parts.pop("replicates", REPLICATES)
    world = {k: parts.pop(k) for k in ("samples", "law", "inputs") if k in parts}
    training = {"rule": {"kind": "every", "rounds": 1}, "history": {"rows": 0}, "minimum": 2}
    plan = {
        "name": "model-collapse",
        "rounds": parts.pop("generations", GENERATIONS) + 1,
        "environment": {"kind": "collapse", "replicates": replicates} | world,
        "policy": "report",
        "observed": {"window": 1},
        **parts,
        "model": parts["model"] | {"replicates": replicates},
        "training": training | parts["training"],
    }
    return loopsim.Scenario.parse(plan, changes)


@cache
def ran(arm: str) -> tuple[list[dict[str, NDArray[Any]]], Floats]:
    """What the generators of each generation had learnt, and the dashboard's error by round."""
    sim = loopsim.Simulation(scenario(arm)).run()
    return [v.model.learnt for v in sim.versions], sim.series.values("observed", "mae")


def spread(learnt: dict[str, NDArray[Any]]) -> Floats:
    """(replicates,) what is left of the law: variance, diversity, or the slopes' squared error."""
    if "variance" in learnt:
        return learnt["variance"]
    if "points" in learnt:
        return learnt["points"].var(axis=1)
    if "shares" in learnt:
        return 1.0 - (learnt["shares"] ** 2).sum(axis=1)
    return ((learnt["slopes"] - 1.0) ** 2).sum(axis=1)  # type: ignore[no-any-return]


def path(arm: str) -> Floats:
    """(generations, replicates) `spread`."""
    return np.stack([spread(learnt) for learnt in ran(arm)[0]])


# -- closed forms, by generation -------------------------------------------------------------------


def shrinking(m: int, t: Any) -> Any:
    """E σ² of maximum likelihood: (1 − 1/M)^t."""
    return (1.0 - 1.0 / m) ** np.asarray(t)


def log_drift(m: int) -> float:
    """What E log σ² of the unbiased variance changes by in a generation."""
    half = (m - 1) / 2.0
    return float(digamma(half) - np.log(half))


def accumulating(m: int, t: int) -> float:
    """E σ² of maximum likelihood on all samples so far: Π (1 − 1/(M k²)), k up to t."""
    return float(np.prod(1.0 - 1.0 / (m * np.arange(1, t + 1) ** 2.0)))


def excess(rows: int, inputs: int, t: int, accumulate: bool) -> float:
    """E‖w − w*‖² with noise of variance 1: d/(T − d − 1), times t, or times Σ 1/i²."""
    grows = (1.0 / np.arange(1, t + 1) ** 2.0).sum() if accumulate else t
    return float(inputs / (rows - inputs - 1) * grows)


def diversity(categories: int, m: int, t: Any) -> Any:
    """E(1 − Σp²) = (1 − 1/K)(1 − 1/M)^t."""
    return (1.0 - 1.0 / categories) * shrinking(m, t)


def widening(n: int, h: float, start: float, t: Any) -> Any:
    """E of a kernel estimate's points' variance t generations after it was `start`."""
    last = (n - 1) * h**2
    return last + (start - last) * shrinking(n, t)


def checks() -> list[Check]:
    """The published figures by the closed forms, and every closed form by simulation."""
    return [*_published(), *_normal(), *_others(), *_ledgers()]


def _published() -> list[Check]:
    root = np.pi / np.sqrt(10.0)
    return [
        _near(
            "formula: 50 generations' fall of E log σ², M = 20", 50 * log_drift(20), -2.678, 5e-4
        ),
        _near("formula: E σ² that accumulating leaves, M = 10", np.sin(root) / root, 0.8434, 5e-5),
        _near(
            "formula: diversity, K = 50, M = 100, t = 100", diversity(50, 100, 100), 0.3587, 5e-5
        ),
        _near("formula: kernels, n = 100, h = .5, t = 99", widening(100, 0.5, 1, 99), 15.97, 5e-3),
    ]


def _normal() -> list[Check]:
    """Of μ and σ²; of the variance's mean only few generations are tested."""
    few, last = FEW - 1, GENERATIONS - 1
    ml, unbiased = path("ML"), path("unbiased")
    mean = np.stack([learnt["mean"] for learnt in ran("unbiased")[0]])
    drift = log_drift(20)
    likelihood = [
        (t + 1) * (drift + np.log(19 / 20)) for t in (few, last)
    ]  # the unbiased one, 19/20 as large each time
    return [
        _within(f"ML: E σ², t = {FEW}", ml[few], shrinking(20, FEW)),
        _within(f"ML: E log σ², t = {FEW}", np.log(ml[few]), likelihood[0]),
        _within(f"ML: E log σ², t = {GENERATIONS}", np.log(ml[last]), likelihood[1]),
        _within(f"unbiased: E σ², t = {FEW}", unbiased[few], 1.0),
        _within(f"unbiased: Var(μ), t = {FEW}", mean[few] ** 2, FEW / 20),
        _within(
            f"unbiased: E log σ², t = {GENERATIONS}", np.log(unbiased[last]), GENERATIONS * drift
        ),
        _within(
            f"unbiased, model loop cut: E log σ², t = {GENERATIONS}",
            np.log(path("unbiased, cut")[last]), drift,
        ),
    ]  # fmt: skip


def _others() -> list[Check]:
    expected: dict[str, Callable[[int], float]] = {
        "accumulate": lambda t: accumulating(10, t),
        "linear, replace": lambda t: excess(50, 10, t, False),
        "linear, accumulate": lambda t: excess(50, 10, t, True),
        "categories": lambda t: float(diversity(50, 100, t)),
        "kernels": lambda t: float(widening(100, 0.5, 0.99, t - 1)),  # .99: of the law's points
    }
    titles = {
        "accumulate": "ML, accumulating: E σ²",
        "linear, replace": "linear: E‖w − w*‖²",
        "linear, accumulate": "linear, accumulating: E‖w − w*‖²",
        "categories": "categories: E(1 − Σp²)",
        "kernels": "kernels: E of the points' variance",
    }
    found = []
    for arm, law in expected.items():
        values = path(arm)
        t = len(values)
        found.append(_within(f"{titles[arm]}, t = {t}", values[-1], law(t)))
    return found


def _ledgers() -> list[Check]:
    """The log shows what the generator made, so the dashboard finds no error, ever."""
    worst = max(float(np.nanmax(ran(arm)[1])) for arm in ARMS)
    return [Check("the dashboard's error, the largest of all arms and rounds", worst, 0.0, 0.0)]


def _within(name: str, values: Floats, expected: float) -> Check:
    """The replicates' mean within `ERRORS` of its standard errors."""
    band = ERRORS * values.std(ddof=1) / np.sqrt(values.size)
    return within(name, values, float(expected - band), float(expected + band))


def _near(name: str, measured: float, published: float, band: float) -> Check:
    return Check(name, float(measured), published - band, published + band)


BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Four kinds of generators over the generations; lines are closed forms, circles runs."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 6.6), layout="constrained", dpi=130)
    panels = figure.subplots(2, 2).ravel()
    for axis, make in zip(panels, (_gaussian, _lines, _categories, _kernels), strict=True):
        make(axis)
        axis.set_xlabel("generations")
        axis.legend(frameon=False, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    title = (
        "Generators trained on what generators made: closed forms, and runs with 4 standard errors"
    )
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, metadata={"Software": None})


def _curve(axis: Any, values: Floats, law: Callable[[int], float], look: str, label: str) -> None:
    """Means of the replicates with 4 standard errors, and the law from generation 1 on."""
    t = np.arange(1, len(values) + 1)
    axis.plot(t, [law(int(k)) for k in t], color=look, linewidth=1.4, label=label)
    some = slice(0, None, max(len(values) // 12, 1))
    error = ERRORS * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    axis.errorbar(
        t[some], values.mean(axis=1)[some], error[some], fmt="o", ms=4, mfc="white", color=look
    )


def _gaussian(axis: Any) -> None:
    drift = log_drift(20)
    for arm, law, look in (
        ("unbiased", lambda t: t * drift, ORANGE),
        ("ML", lambda t: t * (drift + np.log(19 / 20)), PINK),
        ("unbiased, cut", lambda t: drift, BLUE),
    ):
        label = {"unbiased, cut": "unbiased, model loop cut"}.get(arm, f"{arm}, its own samples")
        _curve(axis, np.log(path(arm)), law, look, label)
    axis.set(title="Normal, M = 20", ylabel="mean of log σ²")


def _lines(axis: Any) -> None:
    for grows, look in ((False, ORANGE), (True, GREEN)):
        label = "all samples so far" if grows else "the last generation's samples"
        values = path("linear, accumulate" if grows else "linear, replace")
        _curve(axis, values, partial(excess, 50, 10, accumulate=grows), look, label)
    axis.set(title="Linear regression, 50 rows of 10 features", ylabel="mean of ‖w − w*‖²")


def _categories(axis: Any) -> None:
    _curve(
        axis, path("categories"), lambda t: float(diversity(50, 100, t)), ORANGE,
        "chance that two samples differ",
    )  # fmt: skip
    axis.set(title="50 categories, M = 100", ylabel="mean of 1 − Σp²", ylim=(0, 1))


def _kernels(axis: Any) -> None:
    _curve(
        axis, path("kernels"), lambda t: float(widening(100, 0.5, 0.99, t - 1)), ORANGE,
        "Gaussian kernels, h = 0.5",
    )  # fmt: skip
    axis.axhline(1.0, color="0.5", linewidth=0.8, linestyle="--", label="the law")
    axis.set(title="Kernel density estimate, n = 100", ylabel="mean variance of the points")

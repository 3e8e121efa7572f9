"""Does a rule that learns from those it accepted ever find out whom it wrongly rejects?

Kilbertus et al. (2020), outcome and model loops. The world is in ``worlds/selective.py``; sizes and
steps are those of the authors' own configuration (github.com/nikikilbertus/fair-decisions).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.experiment import Check, within
from loopsim.registry import allow_code, load_code

CLAIM = (
    "Retraining a deterministic rule on the rows that it accepted leaves it stuck; policies that "
    "accept by chance and weigh by inverse propensity reach at least twice its utility."
)
SOURCE = (
    "Kilbertus, Gomez-Rodriguez, Schölkopf, Muandet and Valera (2020), Fair Decisions Despite "
    "Imperfect Predictions, second synthetic setting"
)
CAPTION = (
    "The black line: a rule that learns from those it accepted stays where it is. Blue on the "
    "left and the slices on the right find more; reject inference, in the middle, does not, and "
    "the hard cutoff harms."
)
CONTROL = "The outcome loop cut, and the optimum by quadrature."
KIND = "published"

WORLD = Path(__file__).with_name("worlds") / "selective.py"
allow_code([WORLD])
density, success = load_code(WORLD, "density"), load_code(WORLD, "success")

COST, APPLICANTS = 0.55, 16_384
ROUNDS, LAST, SEEDS = {"main": 150, "beside": 60}, 10, range(100, 107)
#: From here on the start rule as a predictor, σ(−3.5 + .6x) ≥ .55, accepts.
FIRST = float((3.5 + np.log(COST / (1 - COST))) / 0.6)
SLICES = (0.01, 0.05, 0.2)
GRID = np.linspace(-25.0, 25.0, 25_001)
VALUE = density(GRID) * (success(GRID) - COST) * (GRID[1] - GRID[0])

Arm = dict[str, Any]
_EVERY = {"rule": {"kind": "every", "rounds": 1}}
_LATEST = _EVERY | {"window": {"kind": "sliding", "rounds": 1}}
_ALL = _EVERY | {"window": {"kind": "reservoir", "rows": 10_000}}
_START = {"history": {"rows": APPLICANTS, "feature": "x", "above": FIRST}}
_IPW = {"weights": "inverse-propensity", "max_weight": 1e9}


def _predicts(**training: Any) -> Arm:
    """Logistic regression of y on x, and yes where it is at least the cost."""
    return {"training": _ALL | _START | training}


def _decides(sure: float) -> Arm:
    """The policy itself is learnt; from the score `sure` on it accepts for certain."""
    return {
        "model": {"kind": "policy-gradient", "cost": COST, "sure": sure},
        "policy": {"kind": "by-chance", "sure": sure},
        "training": _LATEST | _IPW | {"history": {"rows": 0}},
    }


def _infers(how: str) -> Arm:
    """2,000 labelled rows bring about 40,000 rejects along."""
    window = {"kind": "reservoir", "rows": 2_000}
    return _predicts(reject_inference=how, window=window)


def _slice(share: float, **training: Any) -> Arm:
    return _predicts(**training) | {"policy": {"kind": "break-even", "explore": share}}


MAIN: dict[str, Arm] = {
    "deterministic": _predicts(**_LATEST),
    "logistic": _decides(sure=1.0),
    "semi-logistic": _decides(sure=0.5),
}
BESIDE: dict[str, Arm] = {
    "deterministic, all rows": _predicts(),
    **{how: _infers(how) for how in ("hard-cutoff", "fuzzy", "reweighting")},
    **{f"slice {share:.0%}": _slice(share) for share in SLICES},
    **{f"slice {share:.0%}, IPW": _slice(share, **_IPW) for share in SLICES},
    "outcome loop cut": _predicts() | {"loops": {"outcome": "cut"}},
}


def scenario(arm: str, seed: int, applicants: int = APPLICANTS) -> loopsim.Scenario:
    """One arm of the experiment."""
    world = {
        "kind": "file",
        "path": str(WORLD),
        "name": "SelectiveWorld",
        "parameters": {"applicants": applicants, "cost": COST},
    }
    rounds = ROUNDS["main" if arm in MAIN else "beside"]
    base = {"name": "selective-labels", "seed": seed, "rounds": rounds, "environment": world}
    return loopsim.Scenario.parse(base | (MAIN | BESIDE)[arm])


def chance(sim: loopsim.Simulation) -> NDArray[np.float64]:
    """P(yes | x) of the live rule on the grid, by asking the rule itself."""
    seats = np.arange(GRID.size)
    cases = Cases(0, seats, seats, np.zeros(GRID.size, np.int8), GRID[:, None])
    cases.scores = sim.model.score(cases.features)
    actions, propensities = sim.policy.decide(cases, Draws(0))
    return np.where(actions == 1, propensities, 1.0 - propensities)


@cache
def path(arm: str, seed: int) -> NDArray[np.float64]:
    """(2, rounds) of the rule that was live in each round: exact utility, lowest x accepted."""
    from threadpoolctl import threadpool_limits

    found = []
    with threadpool_limits(1):  # on one feature the threads of a fit only wait for each other
        sim = loopsim.Simulation(scenario(arm, seed))
        for t in range(sim.plan.rounds):
            yes = chance(sim.run(t + 1))
            found.append((yes @ VALUE, GRID[np.argmax(yes > 0.5)]))
    return np.array(found).T


def ends(arm: str) -> NDArray[np.float64]:
    """(2, seeds) utility and threshold, means over the last rounds."""
    return np.mean([path(arm, seed)[:, -LAST:] for seed in SEEDS], axis=2).T


def end(arm: str) -> tuple[float, float]:
    """Utility and threshold, means over the last rounds and the seeds."""
    utility, threshold = ends(arm).mean(axis=1)
    return float(utility), float(threshold)


def exact() -> tuple[list[float], list[float]]:
    """By quadrature: where P(y) crosses the cost, and the utility from each crossing to the next.

    The first and the last crossing go up: the optimum accepts from the first to the second and from
    the last on, and the best threshold is whichever of the two has more utility above it.
    """
    from scipy.integrate import quad
    from scipy.optimize import brentq

    at = [brentq(lambda x: success(x) - COST, *ends) for ends in ((-5, 1), (1, 4), (4, 8))]
    pieces = [
        quad(lambda x: density(x) * (success(x) - COST), *ends, epsabs=1e-10, limit=200)[0]
        for ends in zip(at, [*at[1:], 40.0], strict=True)
    ]
    return [float(x) for x in at], [float(u) for u in pieces]


def checks() -> list[Check]:
    """The exact figures, the published ones, and what must be tried beside them."""
    return [*_exact_checks(), *_published(), *_beside()]


def _exact_checks() -> list[Check]:
    at, pieces = exact()
    best, threshold = max((sum(pieces), at[0]), (pieces[2], at[2]))
    return [
        _near("exact: optimal utility", pieces[0] + pieces[2], 0.0920, 5e-5),
        _near("exact: the optimum accepts from", at[0], -1.698, 5e-4),
        _near("exact: the optimum accepts to", at[1], 2.952, 5e-4),
        _near("exact: the optimum accepts again from", at[2], 5.201, 5e-4),
        _near("exact: utility of the best threshold", best, 0.0651, 5e-5),
        _near("exact: the best threshold", threshold, -1.698, 5e-4),
    ]


def _published() -> list[Check]:
    """Bands stated before the first run: .022 ± .01, 5.1 ± .3, and .05 to .07."""
    stuck = end("deterministic")[0]
    found = []
    for arm in ("deterministic", "deterministic, all rows"):
        utility, threshold = ends(arm)
        found += [
            within(f"{arm}: utility", utility, 0.022 - 0.01, 0.022 + 0.01),
            within(f"{arm}: threshold", threshold, 5.1 - 0.3, 5.1 + 0.3),
        ]
    for arm in ("logistic", "semi-logistic"):
        utility = ends(arm)[0]
        found += [
            within(f"{arm}: utility", utility, 0.05, 0.07),
            Check(f"{arm}: times deterministic", float(utility.mean()) / stuck, 2.0, np.inf),
        ]
    return found


def _beside() -> list[Check]:
    """Is it exploration enough for the twofold gain of the claim? Of reject inference: no.

    No figure here is published. Weights of 1/propensity make a fit that of all applicants, which
    is what the cut twin sees: a slice with them earns the cut twin's utility less the slice's cost.
    """
    stuck = end("deterministic, all rows")[0]
    found = []
    for arm in BESIDE:
        if arm != "deterministic, all rows":
            inferred = "reject_inference" in BESIDE[arm]["training"]
            low, high = (-np.inf, 2.0) if inferred else (2.0, np.inf)
            found.append(Check(f"{arm}: times deterministic", end(arm)[0] / stuck, low, high))
    share = SLICES[-1]
    learnt = (end(f"slice {share:.0%}, IPW")[0] - share * VALUE.sum()) / (1 - share)
    cut = end("outcome loop cut")[0]
    name = f"slice {share:.0%}, IPW, less its slice: utility against the cut twin"
    return [*found, _near(name, learnt, cut, 0.005)]


def _near(name: str, measured: float, published: float, band: float) -> Check:
    return Check(name, float(measured), published - band, published + band)


_SAME = ("#000000", "-")
PANELS = {
    "Published: retrain a predictor, or learn the policy": {
        "deterministic": _SAME,
        "logistic": ("#0072B2", "-"),
        "semi-logistic": ("#D55E00", "-"),
    },
    "Beside it: reject inference, and the cut twin": {
        "outcome loop cut": ("#0072B2", "-"),
        "deterministic, all rows": _SAME,
        "fuzzy": ("#56B4E9", "--"),
        "reweighting": ("#F0E442", ":"),
        "hard-cutoff": ("#D55E00", "-"),
    },
    "Beside it: a random slice is accepted": {
        "deterministic, all rows": _SAME,
        "slice 1%": ("#E69F00", "-"),
        "slice 5%": ("#009E73", "-"),
        "slice 20%": ("#CC79A7", "-"),
        "slice 1%, IPW": ("#E69F00", "--"),
        "slice 5%, IPW": ("#009E73", "--"),
        "slice 20%, IPW": ("#CC79A7", "--"),
    },
}


def draw(found: tuple[Check, ...], target: Path) -> None:
    """Utility by round: the published policies, and what was tried beside them."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.5, 4.6), layout="constrained", dpi=130)
    panels = figure.subplots(1, 3, sharey=True, width_ratios=(1.2, 1, 1))
    for axis, (title, arms) in zip(panels, PANELS.items(), strict=True):
        axis.set_title(title, fontsize=10)
        for arm, style in arms.items():
            _lines(axis, arm, style)
        _references(axis)
        axis.set_xlabel("round")
        columns = 1 + (len(arms) > 5)
        axis.legend(frameon=False, fontsize=8, loc="lower right", ncols=columns)
        axis.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("exact utility of the live rule")
    panels[0].set_ylim(-0.032, 0.1)
    figure.suptitle(
        "A rule that learns from those it accepted never sees the lower island of good applicants; "
        "deciding by chance finds it\n"
        f"median of {len(SEEDS)} seeds (thick) and each seed (thin)",
        fontsize=10.5,
    )
    figure.savefig(target, metadata={"Software": None})


def _references(axis: Any) -> None:
    """What is possible at all, and with one threshold."""
    _, pieces = exact()
    for level, name in ((pieces[0] + pieces[2], "optimum"), (sum(pieces), "best threshold")):
        axis.axhline(level, color="0.55", linewidth=0.9, linestyle=(0, (6, 3)), zorder=0)
        axis.text(0, level + 0.001, f"{name} {level:.4f}", fontsize=8, color="0.35")


def _lines(axis: Any, arm: str, style: tuple[str, str]) -> None:
    """The median over the seeds, and the seeds; the black one is wide, for others lie on it."""
    runs = np.array([path(arm, seed)[0] for seed in SEEDS])
    colour, line = style
    width = 3.2 if style == _SAME else 1.7
    axis.plot(np.median(runs, axis=0), line, color=colour, linewidth=width, label=arm)
    axis.plot(runs.T, line, color=colour, linewidth=0.5, alpha=0.35, zorder=1)

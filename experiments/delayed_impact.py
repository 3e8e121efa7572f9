"""Does a fairness constraint help those whom it protects? Liu et al. (2018), feature loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import loopsim
from loopsim.environments.lending.transunion import table
from loopsim.experiment import Check, within
from loopsim.policies.common_rate import CommonRatePolicy

CLAIM = (
    "With a loss of 4, demographic parity does active harm to the black group and equal "
    "opportunity relative harm; with a loss of 10 both do better for it than maximum utility."
)
SOURCE = "Liu, Dean, Rolf, Simchowitz and Hardt (2018), Delayed Impact of Fair Machine Learning"

GROUPS = ("black", "white")
WEIGHTS = {"black": 18274.0, "white": 133165.0}
POLICIES = {"MaxUtil": "max-utility", "DP": "demographic-parity", "EO": "equal-opportunity"}
#: Selection, threshold and mean score change (as a sum, then as agents), black and white.
PUBLISHED = {
    (4, "MaxUtil"): ((0.168, 0.663), (645, 614), (8.4, 38.7)),
    (4, "DP"): ((0.577, 0.577), (480, 649), (-17.1, 35.0)),
    (4, "EO"): ((0.356, 0.625), (557, 631), (6.0, 37.2)),
    (10, "MaxUtil"): ((0.077, 0.558), (716, 657), (4.4, 34.0)),
    (10, "DP"): ((0.341, 0.341), (563, 731), (6.8, 20.3)),
    (10, "EO"): ((0.258, 0.498), (601, 678), (9.4, 30.5)),
}
AGENTS = {4: (8.26, 38.26), 10: (4.26, 33.59)}
SEEDS, PEOPLE = 12, 400_000


def shares(loss: int, policy: str) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """P(loan) in each score cell, and the threshold score, by group."""
    columns = [table()[name] for name in GROUPS]
    repay = np.concatenate([c[2] for c in columns])
    score = np.concatenate([c[0] for c in columns])
    group = np.repeat(np.arange(2, dtype=np.int8), [c[0].size for c in columns])
    mass = np.concatenate([c[1] * WEIGHTS[g] for c, g in zip(columns, GROUPS, strict=True)])
    at, share = np.full(2, loss / (1 + loss)), np.ones(2)
    if policy != "MaxUtil":
        rule = CommonRatePolicy(loss / (1 + loss), policy == "EO", 2, policy)
        at, share = rule.thresholds(repay, group, mass)
    lent = np.where(repay > at[group], 1.0, np.where(repay == at[group], share[group], 0.0))
    by_group = {name: lent[group == g] for g, name in enumerate(GROUPS)}
    lowest = {name: float(score[(group == g) & (lent > 0)].min()) for g, name in enumerate(GROUPS)}
    return by_group, lowest


def moved(name: str, lent: np.ndarray) -> float:
    """Mean score change of a group: each score's expected move, clipped to 300..850."""
    score, mass, repay = table()[name]
    move = np.clip(score + 75 * repay - 150 * (1 - repay), 300, 850) - score
    return float((mass * lent * move).sum() / mass.sum())


def selected(name: str, lent: np.ndarray) -> float:
    """Share of a group that gets a loan."""
    mass = table()[name][1]
    return float((mass * lent).sum() / mass.sum())


def agents(loss: int, policy: str, seed: int) -> dict[str, float]:
    """Mean score change by group of one round of the lending world, an oracle scoring."""
    plan = loopsim.Scenario.parse(
        {
            "name": "delayed-impact",
            "seed": seed,
            "rounds": 1,
            "environment": {
                "kind": "lending",
                "people": PEOPLE,
                "apply": 1.0,
                "population": {"kind": "transunion-2003", "weights": WEIGHTS},
                "money": {"gain": 1, "loss": loss},
            },
            "model": "oracle",
            "policy": POLICIES[policy],
            "training": {"history": {"rows": 0}},
        }
    )
    sim = loopsim.Simulation(plan).run()
    change = (sim.people["carried"] - sim.people["natural"])[:, 0]
    code = {name: sim.world.groups.index(name) for name in GROUPS}
    return {name: float(change[sim.people["group"] == code[name]].mean()) for name in GROUPS}


def expected_agents(loss: int, policy: str, name: str) -> float:
    """Mean change where each person is clipped, not each score's expected move."""
    score, mass, repay = table()[name]
    lent = shares(loss, policy)[0][name]
    up, down = np.minimum(score + 75, 850) - score, np.maximum(score - 150, 300) - score
    return float((mass * lent * (repay * up + (1 - repay) * down)).sum() / mass.sum())


def outcome_curve(name: str = "black") -> tuple[np.ndarray, np.ndarray]:
    """Selection rate and mean score change when the best-scored share of a group is lent to."""
    score, mass, repay = table()[name]
    order = np.argsort(-score, kind="stable")
    move = np.clip(score + 75 * repay - 150 * (1 - repay), 300, 850) - score
    share = mass[order] / mass.sum()
    return np.r_[0, np.cumsum(share)], np.r_[0, np.cumsum(share * move[order])]


def checks() -> list[Check]:
    """The table as a sum and as agents, and the outcome curve."""
    found = []
    for (loss, policy), (selection, threshold, change) in PUBLISHED.items():
        lent, lowest = shares(loss, policy)
        runs = [agents(loss, policy, seed) for seed in range(100, 100 + SEEDS)]
        for i, name in enumerate(GROUPS):
            row = f"-{loss} {policy} {name}"
            found += [
                _near(f"{row}: selection", selected(name, lent[name]), selection[i], 0.003),
                _near(f"{row}: threshold", lowest[name], threshold[i], 0.3 + 0.5),
                _near(f"{row}: score change", moved(name, lent[name]), change[i], 0.3),
            ]
            found += _agent_checks(row, [run[name] for run in runs], loss, policy, name)
    rate, curve = outcome_curve()
    peak = int(curve.argmax())
    zero = float(np.interp(0.0, -curve[peak:], rate[peak:]))
    return [
        *found,
        *_claims(),
        _near("outcome curve, black: maximum", float(curve.max()), 9.48, 0.3),
        _near("outcome curve, black: selection rate at it", float(rate[peak]), 0.238, 0.005),
        _near("outcome curve, black: selection rate where it is zero", zero, 0.431, 0.005),
        _near("outcome curve, black: all are lent to", float(curve[-1]), -55.0, 0.3),
    ]


def _agent_checks(row: str, means: list[float], loss: int, policy: str, name: str) -> list[Check]:
    """The agents against the sum within Monte-Carlo error, and within the published tolerance.

    The error is four standard errors of the mean over seeds, so it holds what the thresholds, which
    are found anew in every sample, add to it.
    """
    exact = expected_agents(loss, policy, name)
    error = 4 * float(np.std(means, ddof=1)) / np.sqrt(len(means))
    found = [_mean(f"{row}: agents against the sum, Monte Carlo", means, exact, error)]
    if policy == "MaxUtil":
        published = AGENTS[loss][GROUPS.index(name)]
        found.append(_mean(f"{row}: agents, as recomputed", means, published, 0.3))
    return [*found, _mean(f"{row}: agents against the sum", means, exact, 0.3)]


def _claims() -> list[Check]:
    """The signs of the claim: active harm is below 0, relative harm below maximum utility."""
    black = {row: moved("black", shares(*row)[0]["black"]) for row in PUBLISHED}
    far = np.inf
    return [
        Check("claim: -4 DP does active harm", black[4, "DP"], -far, 0.0),
        Check("claim: -4 EO less MaxUtil", black[4, "EO"] - black[4, "MaxUtil"], -far, 0.0),
        Check("claim: -10 DP less MaxUtil", black[10, "DP"] - black[10, "MaxUtil"], 0.0, far),
        Check("claim: -10 EO less MaxUtil", black[10, "EO"] - black[10, "MaxUtil"], 0.0, far),
    ]


def _mean(name: str, measured: list[float], published: float, band: float) -> Check:
    return within(name, measured, published - band, published + band)


def _near(name: str, measured: float, published: float, band: float) -> Check:
    return Check(name, measured, published - band, published + band)


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The outcome curve of the black group, with the six policies on it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.4), layout="constrained", dpi=130)
    axis = figure.subplots()
    rate, curve = outcome_curve()
    axis.plot(rate, curve, color="#333333", linewidth=1.6)
    axis.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
    colours = {"MaxUtil": "#0072B2", "DP": "#D55E00", "EO": "#009E73"}
    for loss, policy in PUBLISHED:
        lent = shares(loss, policy)[0]["black"]
        point = selected("black", lent), moved("black", lent)
        marker = "o" if loss == 4 else "s"
        label = f"{policy}, loss {loss}"
        axis.plot(*point, marker, color=colours[policy], markersize=7, label=label)
    axis.set_xlabel("share of the black group that gets a loan")
    axis.set_ylabel("mean score change (points)")
    axis.set_title(
        "Delayed impact: where the curve is below 0, lending does active harm", fontsize=10
    )
    axis.legend(frameon=False, fontsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Software": None})


CAPTION = (
    "Where each policy stands on the curve of the black group: demographic parity at a loss of 4 "
    "is past the point where the curve falls below 0."
)
CONTROL = "Maximum utility without a constraint, and the deterministic sum beside the agents."
KIND = "published"

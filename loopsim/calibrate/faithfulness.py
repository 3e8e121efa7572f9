"""How faithful the world is: each claim beside the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.table import Table
from loopsim.calibrate.yardsticks import Yardsticks, Z, expit, measured, wilson
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.lending.settings import Lending, Rows
from loopsim.environments.lending.world import LendingWorld

Floats = NDArray[np.float64]
WORSE = 0.01  # the law is called worse than boosting if it loses more AUC than this
FEWEST, MOST = 20_000, 200_000  # people in the world that is looked at


@dataclass(frozen=True)
class Marginal:
    """One feature in the world beside the data.

    `distance` is Kolmogorov–Smirnov for a number, total variation for a category, missing being a
    value like any other: 0 is equal, 1 has nothing in common. `chance` is what drawing as many
    people from the data stays below 95 times in 100.
    """

    feature: str
    kind: str
    distance: float
    chance: float
    missing_data: float
    missing_world: float


@dataclass(frozen=True)
class GroupFaith:
    """One group: shares that repay, and the law on rows of it that it has not seen."""

    group: str
    rows: int
    data: float
    low: float
    high: float
    law: float
    world: float
    auc: float
    calibration_error: float

    @property
    def inside(self) -> bool:
        """Whether the law's share lies in the 95% interval of the data's."""
        return self.low <= self.law <= self.high


@dataclass(frozen=True)
class World:
    """The people of the calibrated world and what they did when everybody got a loan."""

    features: Floats
    group: NDArray[np.int8]
    good: NDArray[np.int8]
    auc: float  # of P(repay | x): the best that a model can do
    auc_hidden: float  # of one who also knew the unobserved factor


@dataclass(frozen=True)
class Faithfulness:
    """Everything that the page says, as figures."""

    law: Yardsticks
    boosting: Yardsticks
    isotonic: Yardsticks
    world_auc: float
    world_auc_hidden: float
    groups: tuple[GroupFaith, ...]
    marginals: tuple[Marginal, ...]
    people: int

    @property
    def behind(self) -> float:
        """AUC by which boosting beats the law on unseen rows; negative where the law is better."""
        return self.boosting.auc - self.law.auc

    def findings(self) -> list[tuple[bool, str]]:
        """(whether it is well, what was found), the claims a reader would ask about first."""
        gap = f"{abs(self.behind):.4f} AUC {'behind' if self.behind > 0 else 'ahead of'} boosting"
        worse = self.behind > WORSE
        tail = "; interactions matter that an additive law cannot hold" if worse else ""
        out = [
            (not worse, f"The law is {gap} on unseen rows (over {WORSE} is called worse){tail}.")
        ]
        off = [g for g in self.groups if not g.inside]
        for g in off:
            out.append(
                (
                    False,
                    f"The law expects {g.law:.2%} of group {g.group} to repay; the data's 95% "
                    f"interval is {g.low:.2%} to {g.high:.2%}. Points by group (--by-group, in "
                    "Python by_group) mend it.",
                )
            )
        if not off:
            out.append((True, "The law's share of repaid loans lies in every group's interval."))
        error, bent = self.law.calibration_error, self.isotonic.calibration_error
        well = error < 0.01 or error < bent + 0.005
        out.append((well, f"Predicted and observed shares differ by {error:.2%} on average."))
        strange = [m.feature for m in self.marginals if m.distance > 2 * m.chance]
        text = (
            f"differ by more than chance in {', '.join(strange)}" if strange else "are the data's"
        )
        out.append((not strange, f"Features of the world's people {text}."))
        return out

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        findings = [{"well": well, "text": text} for well, text in self.findings()]
        return {**asdict(self), "behind_boosting": self.behind, "findings": findings}


def live(people: Path, law: Path, table: Table, seed: int) -> World:
    """Build the lending world from the files just written, and lend to everybody once."""
    n = int(np.clip(len(table), FEWEST, MOST))
    population = Rows(path=str(people), law=str(law), hidden=None)
    settings = Lending(people=n, population=population)
    world = LendingWorld(settings, {})
    draws = Draws(seed)
    made = world.populate(draws)
    rows = np.arange(n, dtype=np.int64)
    group = world.group(made, rows)
    cases = Cases(0, rows, made.ids, group, actions=np.ones(n, dtype=np.int8))
    cases.features = world.features(made, rows, draws, 0)
    outcomes = world.outcomes(made, cases, draws)
    p = expit(world.source.law.logodds(cases.features, group))
    return World(
        cases.features,
        group,
        outcomes.good,
        measured(outcomes.good, p).auc,
        measured(outcomes.good, outcomes.probability).auc,
    )


def compare(
    table: Table, fitted: Table, unseen: Floats, boosting: Floats, isotonic: Floats, world: World
) -> Faithfulness:
    """Hold the world against the data.

    Parameters
    ----------
    table, fitted : Table
        All rows, and those that the law was fitted to.
    unseen, boosting, isotonic : (m,) float64 arrays
        Probabilities of the fitted rows by models that had not seen them.
    """
    groups = []
    for g, name in enumerate(table.groups):
        here, there = fitted.group == g, world.group == g
        rows = np.array([int((table.group == g).sum())])
        share = np.array([table.good[table.group == g].mean()])
        low, high = wilson(share, rows)
        yardsticks = measured(fitted.good[here], unseen[here])
        groups.append(
            GroupFaith(
                name,
                int(rows[0]),
                float(share[0]),
                float(low[0]),
                float(high[0]),
                float(unseen[here].mean()),
                float(world.good[there].mean()),
                yardsticks.auc,
                yardsticks.calibration_error,
            )
        )
    return Faithfulness(
        law=measured(fitted.good, unseen),
        boosting=measured(fitted.good, boosting),
        isotonic=measured(fitted.good, isotonic),
        world_auc=world.auc,
        world_auc_hidden=world.auc_hidden,
        groups=tuple(groups),
        marginals=tuple(marginal(table, world.features, j) for j in range(len(table.schema))),
        people=len(world.good),
    )


def marginal(table: Table, world: Floats, j: int) -> Marginal:
    """The distance of one feature between data and world."""
    name = table.schema.names[j]
    data, made = table.features[:, j], world[:, j]
    gone_data, gone_made = float(np.isnan(data).mean()), float(np.isnan(made).mean())
    if name in table.schema.levels:
        width = len(table.schema.levels[name]) + 1
        p, q = _shares(data, width), _shares(made, width)
        chance = 0.5 * float(np.sum(Z * np.sqrt(p * (1 - p) / len(made))))
        distance = 0.5 * float(np.abs(p - q).sum())
        return Marginal(name, "category", distance, chance, gone_data, gone_made)
    values = np.unique(np.concatenate([data, made]))  # NaN, the missing, is last
    steps = [np.cumsum(_counted(x, values)) / len(x) for x in (data, made)]
    distance = float(np.abs(steps[0] - steps[1]).max())
    return Marginal(name, "number", distance, 1.358 / np.sqrt(len(made)), gone_data, gone_made)


def _shares(codes: Floats, width: int) -> Floats:
    """Share of each code, the missing last."""
    filled = np.where(np.isnan(codes), width - 1, codes).astype(np.int64)
    return np.bincount(filled, minlength=width) / len(codes)


def _counted(x: Floats, values: Floats) -> NDArray[np.int64]:
    return np.bincount(np.searchsorted(values, x), minlength=len(values))

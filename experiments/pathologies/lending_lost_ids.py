"""What becomes of a group whose predictions are logged without an id?"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "lost prediction ids", "model"
CLAIM = (
    "Where all predictions of one group lose their id, its labels come and join with nothing: the "
    "model takes the others' law for it, a recession of that group is never learned, and a "
    "dashboard whose joined labels are the others' looks better than the truth. To lose half of "
    "them by chance costs next to nothing."
)
SOURCE = (
    "Sculley et al. (2015), Hidden Technical Debt in Machine Learning Systems; docs/lineage.md. "
    "Labels missing at random and not: Rubin (1976), Inference and missing data."
)
MEND = "Every prediction keeps its id, and every label can be joined."
CONTROL = "All loops cut, where training reads cases whatever the log keeps; an oracle."
CAPTION = (
    "The recession of the group comes in round 8. On the left vermilion stays down, blue and green "
    "come back. In the middle the dashboard (dashed) of all applicants hears nothing of it."
)
SEEDS = 4

ILL, HALF, KEPT = "all ids of the group lost", "half of them lost", "ids kept"
CUT, ORACLE = "all lost, all loops cut", "oracle"
PRECISION, PROFIT = "true.precision[black]", "true.profit[black]"
EVERYBODY, SEEN, LABELS = "true.precision", "observed.precision", "observed.labels[black]"
_LOST = {"identity.lost": {"black": 1.0}}

TRIAL = Trial(
    {
        "name": "nameless",
        "rounds": 28,
        "environment": {
            "kind": "lending",
            "people": 8000,
            "apply": 0.8,
            "population": {"kind": "transunion-2003", "weights": {"white": 0.75, "black": 0.25}},
            "show_group": True,
            "moves": {},
        },
        "labels": {"delay": {"kind": "fixed", "rounds": 2}},
        "training": {"window": {"kind": "sliding", "rounds": 4}},
        "shocks": [
            {
                "at": 8,
                "set": "environment.economy_by_group",
                "to": {"black": -1.5},
                "why": "recession of one group",
            }
        ],
    },
    {
        ILL: _LOST,
        HALF: {"identity.lost": {"black": 0.5}},
        KEPT: {},
        CUT: _LOST | ALL_CUT,
        ORACLE: _LOST | {"model": "oracle"},
    },
    [PRECISION, PROFIT, EVERYBODY, SEEN, LABELS],
    seeds=SEEDS,
    controls=(CUT, ORACLE),
    common={"seed": 101},
)


def checks() -> list[Check]:
    """Of the group, means of the last 10 rounds, paired by seed, unless it says everybody."""
    less, end = TRIAL.difference, TRIAL.end
    return [
        within("labels on the dashboard", end(ILL, LABELS), -0.5, 0.5, sure=True),
        above("precision, ids kept less lost", less(KEPT, ILL, PRECISION), than=0.05),
        above("profit, ids kept less lost", less(KEPT, ILL, PROFIT), than=0.01),
        above("profit, all loops cut less lost", less(CUT, ILL, PROFIT), than=0.01),
        above("everybody: precision on the dashboard, less true",
              end(ILL, SEEN) - end(ILL, EVERYBODY), than=0.01),
        within("everybody: the same with ids kept", end(KEPT, SEEN) - end(KEPT, EVERYBODY), -0.01,
               0.01, sure=True),
        within("profit, half lost less kept", less(HALF, KEPT, PROFIT), -0.003, 0.003, sure=True),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Precision of the group, of everybody in both ledgers, and the group's money."""
    panels = [
        Panel("group's precision, true", (PRECISION,)),
        Panel("everybody's precision, true and observed", (EVERYBODY, SEEN), (ILL, KEPT)),
        Panel("profit a case of the group, in loans", (PROFIT,), level=0.0),
    ]
    TRIAL.draw(panels, "A group without ids has a recession, and no model hears of it", path)

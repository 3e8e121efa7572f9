"""What does a lender believe of those whom it never lent to, and what makes it find out?

We expected reject inference to mend nothing here. Seeds 1 to 6 said otherwise of the first world
(its score says all that there is to know) and seeds 1 and 2 nothing of a second one with something
hidden. The claim and the bands are what we then stated; other seeds, from 101 on, are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "selective labels", "outcome"
CLAIM = (
    "A lender who learns from loans alone believes far too little of those it refuses, and its "
    "dashboard shows perfect calibration. A random slice of loans mends it, with rows weighed by "
    "inverse propensity or by score decile. Filling in the refused helps where the score says all "
    "that there is to know; where something is hidden, the model's own scores change nothing and "
    "the likelier label does harm."
)
SOURCE = (
    "Kilbertus et al. (2020), Fair Decisions Despite Imperfect Predictions; Crook and Banasik "
    "(2004), Does Reject Inference Really Improve the Performance of Application Scoring Models?"
)
MEND = "One applicant in twenty gets a loan whatever the score; rows weigh 1/propensity."
CONTROL = "A policy that lends at random, and the same lender with all loops cut."
CAPTION = (
    "On the left, vermilion solid against dashed: the error over all applicants stays, the "
    "dashboard's is near 0. In the middle, who comes down to the grey controls. On the right the "
    "pink and the yellow line, which were below vermilion: with something hidden they are not."
)
SEEDS = 5

_NONE, _FUZZY, _CUTOFF, _DECILES = (
    {"training.reject_inference": how} for how in ("none", "fuzzy", "hard-cutoff", "reweighting")
)
_SLICE = {"policy.explore": 0.05}
_WEIGHTS = {"training.weights": "inverse-propensity"}
ILL, MENDED, CUT, CHANCE = "learns from loans", "slice, weights", "all loops cut", "random policy"
DECILES, MODEL, LIKELIER = (
    "slice, deciles",
    "filled in: model's scores",
    "filled in: likelier label",
)
ERROR, SEEN = "true.calibration", "observed.calibration"

TRIAL = Trial(
    "scenarios/lending/selective_labels.yaml",
    {
        ILL: {},
        MENDED: _SLICE | _WEIGHTS,
        DECILES: _SLICE | _DECILES,
        MODEL: _FUZZY,
        LIKELIER: _CUTOFF,
        CHANCE: {"policy": {"kind": "random"}},
        CUT: ALL_CUT,
    },
    [ERROR, SEEN],
    seeds=SEEDS,
    controls=(CHANCE, CUT),
    common={"environment.people": 20_000, "seed": 101},
)
HIDDEN = Trial(
    "scenarios/lending/synthetic_hidden.yaml",
    {ILL: _NONE, MENDED: _NONE | _SLICE | _WEIGHTS, MODEL: _FUZZY, LIKELIER: _CUTOFF}
    | {CHANCE: _NONE | {"policy": {"kind": "random"}}, CUT: _NONE | ALL_CUT},
    [ERROR],
    seeds=SEEDS,
    controls=(CHANCE, CUT),
    common={"environment.people": 10_000, "seed": 101},
)


def checks() -> list[Check]:
    """Of the error over all applicants, means of the last 10 rounds, paired by seed."""
    less, hidden = TRIAL.difference, HIDDEN.difference
    return [
        above("error, less that with all loops cut", less(ILL, CUT, ERROR), than=0.03),
        above("error, less the random policy's", less(ILL, CHANCE, ERROR), than=0.03),
        within("error on the dashboard", TRIAL.end(ILL, SEEN), 0.0, 0.02, sure=True),
        above("mended by a slice with weights", less(ILL, MENDED, ERROR), than=0.03),
        within(
            "which leaves, less all loops cut", less(MENDED, CUT, ERROR), -0.02, 0.02, sure=True
        ),
        above("mended by a slice with deciles", less(ILL, DECILES, ERROR), than=0.03),
        above("mended by the model's scores", less(ILL, MODEL, ERROR), than=0.03),
        above("mended by the likelier label", less(ILL, LIKELIER, ERROR), than=0.01),
        within("hidden: by the model's scores", hidden(ILL, MODEL, ERROR), -0.01, 0.01, sure=True),
        above("hidden: harm by the likelier label", hidden(LIKELIER, ILL, ERROR), than=0.02),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The error in both ledgers, in the two worlds."""
    panels = [
        Panel("calibration error, true and observed", (ERROR, SEEN), (ILL, MENDED, CUT), top=0.12),
        Panel("calibration error, true", (ERROR,)),
        Panel("the same, with something hidden", (ERROR,), of=HIDDEN),
    ]
    TRIAL.draw(panels, "A lender who learns from loans alone never hears of those it refuses", path)

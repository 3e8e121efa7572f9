"""What does a lender learn while only the bad loans have had time to tell?"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import ALL_CUT, Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "lending", "feedback delay", ("outcome", "model")
CLAIM = (
    "A default shows after three rounds, a repaid loan after twelve. Until then the dashboard says "
    "that every loan fails, and the first refit that has any good loans has ten cohorts of bad "
    "ones to one of good: it lends to less than half as many. Who waits until a loan is twelve "
    "rounds old, whatever came of it, learns later and right."
)
SOURCE = (
    "Chapelle (2014), Modeling Delayed Feedback in Display Advertising; in credit a loan is judged "
    "after a fixed outcome window (Siddiqi 2006, Credit Risk Scorecards)."
)
MEND = "An outcome window: a loan is learned from when it is twelve rounds old, good or bad."
CONTROL = "Labels of both kinds after three rounds; the late lender with all loops cut."
CAPTION = (
    "On the left dashed vermilion: first 0, then too low, while the truth (solid) is not. In the "
    "middle who gets a loan: vermilion breaks down when the first good labels come, in round 12."
)
SEEDS = 4

ILL, WAITS, PROMPT, CUT = "learns as labels come", "waits twelve rounds", "prompt labels", "all cut"
SEEN, TRUE, APPROVAL, PROFIT = (
    "observed.precision",
    "true.precision",
    "true.approval",
    "true.profit",
)
EARLY = slice(6, 12)

TRIAL = Trial(
    {
        "name": "bad-news-first",
        "rounds": 32,
        "environment": {"kind": "lending", "people": 8000, "moves": {}},
        "labels": {
            "delay": {
                "kind": "by-outcome",
                "good": {"kind": "fixed", "rounds": 12},
                "bad": {"kind": "fixed", "rounds": 3},
            }
        },
    },
    {
        ILL: {},
        WAITS: {"labels.delay": {"kind": "fixed", "rounds": 12}},
        PROMPT: {"labels.delay": {"kind": "fixed", "rounds": 3}},
        CUT: ALL_CUT,
    },
    [SEEN, TRUE, APPROVAL, PROFIT],
    seeds=SEEDS,
    controls=(PROMPT, CUT),
    common={"seed": 101},
    last=20,
)


def checks() -> list[Check]:
    """Means of rounds 12 to 31, paired by seed, unless another span is named."""
    less = TRIAL.difference
    early = TRIAL.path(ILL, SEEN)[:, EARLY].mean(axis=1)
    true = TRIAL.path(ILL, TRUE)[:, EARLY].mean(axis=1)
    return [
        within("observed precision, rounds 6 to 11", early, -0.01, 0.01, sure=True),
        above("true precision, rounds 6 to 11", true, than=0.9),
        below("approvals, as labels come less waiting", less(ILL, WAITS, APPROVAL), than=-0.05),
        above("profit, waiting less as labels come", less(WAITS, ILL, PROFIT), than=0.002),
        within("profit, waiting less prompt labels", less(WAITS, PROMPT, PROFIT), -0.002, 0.002,
               sure=True),
        below("approvals with all loops cut, less waiting", less(CUT, WAITS, APPROVAL)),
    ]  # fmt: skip


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Precision in both ledgers, approvals and money."""
    panels = [
        Panel("precision, true and observed", (TRUE, SEEN), (ILL, WAITS)),
        Panel("share of applicants with a loan", (APPROVAL,)),
        Panel("profit a case, in loans", (PROFIT,)),
    ]
    TRIAL.draw(panels, "Bad news comes first, and is believed", path)

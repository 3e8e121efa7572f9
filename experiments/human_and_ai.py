"""Are people with a model's advice better than the better of the two? Vaccaro et al. (2024).

Signs only, of decisions that nothing is learned from. Bands were stated before the first run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loopsim.experiment import Check, Panel, Trial, above, below

CLAIM = (
    "Where the model is better than the people, people with its advice decide worse than the model "
    "alone, though better than without it; where the people are better, the two together beat the "
    "model."
)
SOURCE = (
    "Vaccaro, Almaatouq and Malone (2024), When Combinations of Humans and AI Are Useful; signs "
    "only"
)
CAPTION = (
    "On the left blue lies between black (people alone) and vermilion (the model alone): together "
    "they are worse than the better one. On the right, with better people, blue is above "
    "vermilion, and falls towards it: people come to agree with what they are shown."
)
CONTROL = "The model alone, and the same people blind (the oversight loop cut)."
KIND = "sign"
SEEDS = 5

MODEL, BOTH, PEOPLE = "model alone", "people with advice", "people alone"
RIGHT = "true.accuracy"


def _trial(errors: float) -> Trial:
    """People who err in this share of the good and of the bad, when nobody advises them."""
    desk = {
        "kind": "desk",
        "route": "all",
        "reviewers": {"kind": "expert", "count": 12, "false_alarm": errors, "miss": errors},
        "service": {"minutes": 0.5},
    }
    together: dict[str, Any] = {"oversight": desk}
    return Trial(
        "scenarios/oversight/automation_bias.yaml",
        {
            MODEL: {"oversight": "none"},
            BOTH: together,
            PEOPLE: together | {"loops.oversight": 0.0},
        },
        [RIGHT],
        seeds=SEEDS,
        controls=(PEOPLE,),
        common={
            "environment.people": 2000,
            "rounds": 16,
            "policy": {"kind": "threshold", "at": 0.5},
            "training.rule": "never",
        },
    )


WORSE, BETTER = _trial(0.35), _trial(0.05)


def checks() -> list[Check]:
    """Signs of the differences in the share of right decisions."""
    return [
        above(
            "people worse: model alone, less people alone", WORSE.difference(MODEL, PEOPLE, RIGHT)
        ),
        below("people worse: together, less model alone", WORSE.difference(BOTH, MODEL, RIGHT)),
        above("people worse: together, less people alone", WORSE.difference(BOTH, PEOPLE, RIGHT)),
        above("people better: people alone, less model", BETTER.difference(PEOPLE, MODEL, RIGHT)),
        above("people better: together, less model alone", BETTER.difference(BOTH, MODEL, RIGHT)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The share of right decisions, with worse people and with better ones."""
    panels = [
        Panel("right decisions, people who err in 35%", (RIGHT,)),
        Panel("right decisions, people who err in 5%", (RIGHT,), of=BETTER),
    ]
    WORSE.draw(panels, "People with advice are not better than the better of the two", path)

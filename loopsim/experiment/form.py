"""The form of an experiment: the parts that its file must have, checked before anything runs.

The file's docstring begins with the question. Then there are

======== ==========================================================================================
CLAIM    what is claimed, in a sentence or two
SOURCE   the paper or the page that the claim comes from
CAPTION  what to look at in the figure
CONTROL  which control is in it
KIND     ``published`` (a result with figures), ``sign`` (one with signs only) or ``pathology``
SEEDS    how many: a number, the seeds themselves, or in words what stands for them
checks   a function that returns a list of `Check`
draw     a function of (checks, path) that writes the figure as PNG
======== ==========================================================================================

and, of a pathology, TOPIC (one of `TOPICS`), WORLD (one of `WORLDS`), LOOP (the loop that makes it,
or several) and MEND (the policy that mends it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim.edges import LOOPS
from loopsim.errors import InputError
from loopsim.experiment.check import Check
from loopsim.experiment.files import file_of
from loopsim.registry import allow_code, load_code, there_are

TEXTS = {
    "CLAIM": "what is claimed, in a sentence or two",
    "SOURCE": "where the claim comes from",
    "CAPTION": "what to look at in the figure",
    "CONTROL": "which control is in it",
}
KINDS = ("published", "sign", "pathology")
WORLDS = ("lending", "recommender", "fraud")
TOPICS = (
    "bias amplification", "echo chamber", "hidden concept drift", "feedback delay",
    "proxy-metric failure", "compliance gap", "selective labels", "retraining on every signal",
    "adversarial feedback", "lost prediction ids", "overrides by habit", "automation bias",
    "self-correction",
)  # fmt: skip
FUNCTIONS = {
    "checks": "a function that returns a list of Check",
    "draw": "a function of (checks, path)",
}


@dataclass(frozen=True)
class Experiment:
    """An experiment's file, loaded; `topic`, `world`, `loops` and `mend` are a pathology's."""

    name: str
    file: Path
    question: str
    claim: str
    source: str
    caption: str
    control: str
    kind: str
    seeds: str
    checks: Callable[[], Sequence[Check]]
    draw: Callable[[tuple[Check, ...], Path], None]
    topic: str = ""
    world: str = ""
    loops: tuple[str, ...] = ()
    mend: str = ""


def load(name: str) -> Experiment:
    """Load an experiment by its name, or by the path of its file; runs none of its scenarios.

    Raises
    ------
    InputError
        No such experiment, or parts of the form that are missing or wrong: all of them at once.
    """
    file = file_of(name)
    allow_code([file])
    parts: dict[str, Any] = load_code(file, "__dict__")
    faults = [f"{file}: {fault}" for fault in _faults(parts)]
    if faults:
        raise InputError("\n".join(faults))
    return Experiment(
        file.stem, file, _question(parts), parts["CLAIM"], parts["SOURCE"], parts["CAPTION"],
        parts["CONTROL"], parts["KIND"], _seeds(parts["SEEDS"]), parts["checks"], parts["draw"],
        *_of_pathology(parts),
    )  # fmt: skip


def _of_pathology(parts: dict[str, Any]) -> tuple[str, str, tuple[str, ...], str]:
    if parts["KIND"] != "pathology":
        return "", "", (), ""
    return parts["TOPIC"], parts["WORLD"], _loops(parts["LOOP"]), parts["MEND"]


def _faults(parts: dict[str, Any]) -> Iterator[str]:
    """What is missing or wrong, part by part."""
    if not _question(parts):
        yield "its docstring is missing: it begins with the question"
    for name, meaning in TEXTS.items():
        yield from _text(parts, name, meaning)
    for name, meaning in FUNCTIONS.items():
        if not callable(parts.get(name)):
            yield f"{name}: {_found(parts, name)}; must be {meaning}"
    yield from _one_of(parts, "KIND", KINDS)
    if not _seeds(parts.get("SEEDS")):
        yield f"SEEDS: {_found(parts, 'SEEDS')}; must be a number, the seeds, or words"
    if parts.get("KIND") == "pathology":
        yield from _one_of(parts, "TOPIC", TOPICS)
        yield from _one_of(parts, "WORLD", WORLDS)
        yield from _text(parts, "MEND", "the policy that mends it")
        for loop in _loops(parts.get("LOOP")) or ("",):
            yield from _one_of({"LOOP": loop} if loop else {}, "LOOP", LOOPS)


def _text(parts: dict[str, Any], name: str, meaning: str) -> Iterator[str]:
    value = parts.get(name)
    if not isinstance(value, str) or not value.strip():
        yield f"{name}: {_found(parts, name)}; must say {meaning}"


def _one_of(parts: dict[str, Any], name: str, allowed: Sequence[str]) -> Iterator[str]:
    value = parts.get(name)
    if value not in allowed:
        yield f"{name}: {_found(parts, name)}; {there_are(allowed, value or '')}"


def _found(parts: dict[str, Any], name: str) -> str:
    return repr(parts[name]) if name in parts else "missing"


def _question(parts: dict[str, Any]) -> str:
    """The first line of the docstring."""
    return (parts.get("__doc__") or "").strip().partition("\n")[0]


def _loops(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _seeds(value: Any) -> str:
    """In words; empty if there is no way to say it."""
    if isinstance(value, str):
        return value.strip()
    count = len(value) if isinstance(value, Sized) else value
    return f"{count} seeds" if isinstance(count, int) and count > 0 else ""

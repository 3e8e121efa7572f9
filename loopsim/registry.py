"""Kinds by name: what a scenario may say for each of its parts.

A part (a *slot*) is filled by a kind: ``policy: {kind: threshold, at: 0.7}``. Built-in kinds are
listed here; an installed package adds its own by an entry point in the group ``loopsim.<slot>``; a
script or a test adds one with `add`. Nothing is imported before it is looked up.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loopsim.errors import InputError

if TYPE_CHECKING:
    from loopsim.settings import Kind

_LENDING = "loopsim.environments.lending.settings"
_MODELS = "loopsim.models.settings"
_POLICIES = "loopsim.policies.settings"
_RECOMMENDERS = "loopsim.models.ranking.settings"
_SLATES = "loopsim.policies.ranking.settings"
_OVERSIGHT = "loopsim.oversight.settings"
_LABELS = "loopsim.labels.settings"
_RETRAINING = "loopsim.retraining.settings"

BUILT_IN: dict[str, dict[str, str]] = {
    "environment": {
        "lending": f"{_LENDING}:Lending",
        "file": "loopsim.environments.settings:OwnEnvironment",
    },
    "population": {
        "transunion-2003": f"{_LENDING}:TransUnion",
        "synthetic": f"{_LENDING}:Synthetic",
        "rows": f"{_LENDING}:Rows",
    },
    "model": {
        "logistic": f"{_MODELS}:Logistic",
        "gradient-boosting": f"{_MODELS}:GradientBoosting",
        "estimator": f"{_MODELS}:Estimator",
        "constant": f"{_MODELS}:Constant",
        "oracle": f"{_MODELS}:Oracle",
        "file": f"{_MODELS}:OwnModel",
        "popularity": f"{_RECOMMENDERS}:PopularityModel",
    },
    "policy": {
        "threshold": f"{_POLICIES}:Threshold",
        "break-even": f"{_POLICIES}:BreakEven",
        "budget": f"{_POLICIES}:Budget",
        "max-utility": f"{_POLICIES}:MaxUtility",
        "demographic-parity": f"{_POLICIES}:DemographicParity",
        "equal-opportunity": f"{_POLICIES}:EqualOpportunity",
        "logistic": f"{_POLICIES}:LogisticPolicy",
        "everyone": f"{_POLICIES}:Everyone",
        "nobody": f"{_POLICIES}:Nobody",
        "random": f"{_POLICIES}:Random",
        "file": f"{_POLICIES}:OwnPolicy",
        "top-k": f"{_SLATES}:TopK",
        "random-slates": f"{_SLATES}:RandomSlates",
    },
    "delay": {
        "fixed": f"{_LABELS}:Fixed",
        "lognormal": f"{_LABELS}:Lognormal",
        "mixture": f"{_LABELS}:Mixture",
        "by-outcome": f"{_LABELS}:ByOutcome",
        "never": f"{_LABELS}:Never",
    },
    "rule": {
        "never": f"{_RETRAINING}:NeverRule",
        "every": f"{_RETRAINING}:Every",
        "labels": f"{_RETRAINING}:Labels",
    },
    "oversight": {
        "none": f"{_OVERSIGHT}:NoOversight",
    },
    "route": {},
    "reviewers": {},
    "override": {},
    "gate": {
        "none": f"{_RETRAINING}:NoGate",
    },
    "monitor": {
        "missing": "loopsim.monitoring.settings:Missing",
    },
    "window": {
        "all": f"{_RETRAINING}:AllRows",
        "sliding": f"{_RETRAINING}:Sliding",
        "reservoir": f"{_RETRAINING}:Reservoir",
    },
}
SLOTS = tuple(BUILT_IN)

_added: dict[tuple[str, str], type[Kind]] = {}
_allowed: set[Path] = set()


def add(slot: str, cls: type[Kind]) -> type[Kind]:
    """Make a kind known under its own name (usable as ``functools.partial(add, "model")``)."""
    if slot not in BUILT_IN:
        raise ValueError(f"no slot {slot!r}; there are {', '.join(SLOTS)}")
    _added[slot, cls.model_fields["kind"].default] = cls
    return cls


@cache
def _entry_points(slot: str) -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=f"loopsim.{slot}")}


def names(slot: str) -> list[str]:
    """The kinds of a slot, built-in ones first."""
    added = [name for s, name in _added if s == slot]
    return list(dict.fromkeys([*BUILT_IN[slot], *_entry_points(slot), *added]))


def find(slot: str, name: str) -> type[Kind]:
    """The settings class of a kind; KeyError if there is none of that name."""
    if (slot, name) in _added:
        return _added[slot, name]
    if name in BUILT_IN[slot]:
        module, _, attribute = BUILT_IN[slot][name].partition(":")
        return getattr(import_module(module), attribute)  # type: ignore[no-any-return]
    return _entry_points(slot)[name].load()  # type: ignore[no-any-return]


def nearest(name: object, allowed: Iterable[str]) -> str:
    """``did you mean 'x'?``, or nothing when no name is near."""
    near = difflib.get_close_matches(str(name), list(allowed), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else ""


def there_are(allowed: Iterable[str], name: object) -> str:
    """What there is instead of `name`.

    >>> there_are(["outcome", "model"], "outcom")
    "there are outcome, model. did you mean 'outcome'?"
    >>> there_are(["score"], "age"), there_are([], "age")
    ('there is only score.', 'there is none.')
    """
    allowed = list(allowed)
    head = {0: "there is none", 1: "there is only "}.get(len(allowed), "there are ")
    return f"{head}{', '.join(allowed)}. {nearest(name, allowed)}".strip()


def allowed_code() -> tuple[Path, ...]:
    """The files whose code the user has named on purpose so far."""
    return tuple(_allowed)


def allow_code(paths: Iterable[str | Path]) -> None:
    """From now on in this process, these files of the user's may be run."""
    _allowed.update(Path(path).resolve() for path in paths)


def load_code(path: str | Path, name: str) -> Any:
    """The object `name` of a user's own Python file, which must have been allowed.

    A scenario only points at code; running it takes the user's word (``--code FILE``), so that a
    scenario or a run from somebody else executes nothing.
    """
    file = Path(path).resolve()
    if not file.is_file():
        raise InputError(f"{path}: no such file")
    if file not in _allowed:
        raise InputError(
            f"{path}: the scenario names code in this file, which is run only if you name it "
            f'yourself: add --code {path} (in Python: code=["{path}"])'
        )
    module = _module(file)
    if not hasattr(module, name):
        public = [n for n in vars(module) if not n.startswith("_")]
        hint = nearest(name, public)
        raise InputError(f"{path}: it has no {name!r}; it has {', '.join(public)}. {hint}".strip())
    return getattr(module, name)


@cache
def _module(file: Path) -> Any:
    import sys
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"loopsim_code_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file}: not a Python file")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and skops look their module up by name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(f"{file}: importing it raised {type(error).__name__}: {error}") from error
    return module

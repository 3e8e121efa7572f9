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

_FRAUD = "loopsim.environments.fraud.settings"
_LENDING = "loopsim.environments.lending.settings"
_TASTES = "loopsim.environments.recommender.settings"
_MODELS = "loopsim.models.settings"
_POLICIES = "loopsim.policies.settings"
_RECOMMENDERS = "loopsim.models.ranking.settings"
_SLATES = "loopsim.policies.ranking.settings"
_OVERSIGHT = "loopsim.oversight.settings"
_ROUTES = "loopsim.oversight.routes.settings"
_REVIEWERS = "loopsim.oversight.reviewers.settings"
_OVERRIDE = "loopsim.oversight.override.settings"
_NUMBERS = "loopsim.models.numbers.settings"
_LABELS = "loopsim.labels.settings"
_RETRAINING = "loopsim.retraining.settings"
_TRIGGERS = "loopsim.retraining.triggers.settings"
_GATES = "loopsim.retraining.gates.settings"
_MONITORING = "loopsim.monitoring"

BUILT_IN: dict[str, dict[str, str]] = {
    "environment": {
        "lending": f"{_LENDING}:Lending",
        "fraud": f"{_FRAUD}:Fraud",
        "fraud-rows": "loopsim.environments.fraud.rows:FraudRows",
        "recommender": f"{_TASTES}:Recommender",
        "file": "loopsim.environments.settings:OwnEnvironment",
    },
    "population": {
        "transunion-2003": f"{_LENDING}:TransUnion",
        "synthetic": f"{_LENDING}:Synthetic",
        "rows": f"{_LENDING}:Rows",
        "synthetic-tastes": f"{_TASTES}:SyntheticTastes",
        "interactions": f"{_TASTES}:Interactions",
    },
    "model": {
        "logistic": f"{_MODELS}:Logistic",
        "gradient-boosting": f"{_MODELS}:GradientBoosting",
        "separate": f"{_MODELS}:Separate",
        "estimator": f"{_MODELS}:Estimator",
        "constant": f"{_MODELS}:Constant",
        "oracle": f"{_MODELS}:Oracle",
        "file": f"{_MODELS}:OwnModel",
        "mean": f"{_NUMBERS}:Mean",
        "regressor": f"{_NUMBERS}:Regressor",
        "popularity": f"{_RECOMMENDERS}:PopularityModel",
        "item-knn": f"{_RECOMMENDERS}:ItemKNN",
        "content": f"{_RECOMMENDERS}:ContentModel",
        "factors": f"{_RECOMMENDERS}:FactorsModel",
        "bpr": f"{_RECOMMENDERS}:BPR",
        "linucb": f"{_RECOMMENDERS}:LinUCBModel",
        "thompson": f"{_RECOMMENDERS}:ThompsonModel",
        "pointwise": f"{_RECOMMENDERS}:PointwiseModel",
        "oracle-slates": f"{_RECOMMENDERS}:OracleSlates",
        "recommender-file": f"{_RECOMMENDERS}:OwnRecommender",
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
        "alert-budget": "loopsim.policies.alerts.settings:AlertBudget",
        "random": f"{_POLICIES}:Random",
        "file": f"{_POLICIES}:OwnPolicy",
        "report": f"{_POLICIES}:Report",
        "top-k": f"{_SLATES}:TopK",
        "random-slates": f"{_SLATES}:RandomSlates",
        "softmax": f"{_SLATES}:Softmax",
        "diverse": f"{_SLATES}:Diverse",
        "calibrated": f"{_SLATES}:Calibrated",
        "exposure-floor": f"{_SLATES}:ExposureFloor",
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
        "alarm": f"{_TRIGGERS}:Alarm",
        "quality": f"{_TRIGGERS}:Quality",
        "drop": f"{_TRIGGERS}:Drop",
        "incident": f"{_TRIGGERS}:Incident",
        "signal": f"{_TRIGGERS}:Signal",
        "any": f"{_TRIGGERS}:AnyOf",
        "all": f"{_TRIGGERS}:AllOf",
        "cooldown": f"{_TRIGGERS}:Cooldown",
        "budget": f"{_TRIGGERS}:Budget",
        "rollback": f"{_TRIGGERS}:Rollback",
        "file": f"{_TRIGGERS}:OwnRule",
    },
    "oversight": {
        "none": f"{_OVERSIGHT}:NoOversight",
        "desk": f"{_OVERSIGHT}:Desk",
    },
    "route": {
        "all": f"{_ROUTES}:Everything",
        "none": f"{_ROUTES}:Nothing",
        "random": f"{_ROUTES}:Slice",
        "band": f"{_ROUTES}:Band",
        "advised": f"{_ROUTES}:Advised",
        "uncertainty": f"{_ROUTES}:Uncertainty",
        "stakes": f"{_ROUTES}:Stakes",
        "defer": f"{_ROUTES}:Defer",
        "several": f"{_ROUTES}:Several",
        "file": f"{_ROUTES}:OwnRoute",
    },
    "reviewers": {
        "expert": f"{_REVIEWERS}:Expert",
        "team-of-50": f"{_REVIEWERS}:TeamOf50",
        "mixed": f"{_REVIEWERS}:Mixed",
        "file": f"{_REVIEWERS}:OwnReviewers",
    },
    "override": {
        "advice-only": f"{_OVERRIDE}:AdviceOnly",
        "justify": f"{_OVERRIDE}:Justify",
        "two-pairs": f"{_OVERRIDE}:TwoPairs",
        "quota": f"{_OVERRIDE}:Quota",
        "score-hidden-first": f"{_OVERRIDE}:ScoreHiddenFirst",
        "none": f"{_OVERRIDE}:NoOverride",
    },
    "gate": {
        "none": f"{_RETRAINING}:NoGate",
        "better": f"{_GATES}:Better",
        "shadow": f"{_GATES}:Shadow",
        "subgroups": f"{_GATES}:Subgroups",
        "calibration": f"{_GATES}:Calibration",
        "canary": f"{_GATES}:Canary",
        "approval": f"{_GATES}:Approval",
        "all": f"{_GATES}:AllGates",
        "file": f"{_GATES}:OwnGate",
    },
    "monitor": {
        "missing": f"{_MONITORING}.settings:Missing",
        "range": f"{_MONITORING}.settings:Range",
        "new-category": f"{_MONITORING}.settings:NewCategory",
        "subgroups": f"{_MONITORING}.settings:Subgroups",
        "ks": f"{_MONITORING}.drift.settings:KolmogorovSmirnov",
        "psi": f"{_MONITORING}.drift.settings:StabilityIndex",
        "wasserstein": f"{_MONITORING}.drift.settings:Wasserstein",
        "jensen-shannon": f"{_MONITORING}.drift.settings:JensenShannon",
        "mmd": f"{_MONITORING}.drift.settings:Discrepancy",
        "confidence": f"{_MONITORING}.drift.settings:Confidence",
        "adwin": f"{_MONITORING}.streams.settings:Adwin",
        "ddm": f"{_MONITORING}.streams.settings:DriftDetection",
        "page-hinkley": f"{_MONITORING}.streams.settings:PageHinkley",
        "kswin": f"{_MONITORING}.streams.settings:Kswin",
        "cbpe": f"{_MONITORING}.estimates.settings:ConfidenceBased",
        "dle": f"{_MONITORING}.estimates.settings:DirectLoss",
    },
    "window": {
        "all": f"{_RETRAINING}:AllRows",
        "sliding": f"{_RETRAINING}:Sliding",
        "reservoir": f"{_RETRAINING}:Reservoir",
        "recency": f"{_RETRAINING}:Recency",
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

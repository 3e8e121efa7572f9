"""How faithful the world is: each claim beside the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from loopsim.calibrate.recommender.held_out import HeldOut
from loopsim.calibrate.recommender.level import ASSUMED, SLATE
from loopsim.calibrate.recommender.log import Log
from loopsim.calibrate.recommender.world import Lived, Taken, gini, top_share
from loopsim.environments.recommender.stars import GOOD, MOST

QUANTILES = (0.1, 0.5, 0.9, 0.99)
STARS = "ratings of 4 or 5 stars"
RANDOM = "ratings of 4 or 5 stars, random slates"
GINI_OFF, ACTIVITY_OFF, STARS_OFF = 0.05, 0.2, 0.05  # more than this is called different


@dataclass(frozen=True)
class Beside:
    """One figure in the data and in the world; NaN where the data have none."""

    name: str
    data: float
    world: float


@dataclass(frozen=True)
class GroupFaith:
    """One group of users: its share of users and of visits, and the law on its held-out rows."""

    group: str
    users: int
    visits_data: float
    visits_world: float
    auc: float


@dataclass(frozen=True)
class Faithfulness:
    """Everything that the page says, as figures."""

    held: tuple[HeldOut, ...]
    items: tuple[Beside, ...]
    activity: tuple[Beside, ...]
    rates: tuple[Beside, ...]
    groups: tuple[GroupFaith, ...]
    position: tuple[float, ...]
    position_fitted: bool
    intercept_fitted: bool
    users_compared: int
    rounds: int

    def findings(self) -> list[tuple[bool, str]]:
        """(whether it is well, what was found), the claims a reader would ask about first."""
        out = []
        for held in self.held:
            better = held.law.auc - held.popularity.auc
            text = f"On {held.name}, the law has AUC {held.law.auc:.3f}, popularity alone "
            text += f"{held.popularity.auc:.3f}; recall in 50: {held.law.recall_50:.3f} and "
            out.append((better > 0.0, f"{text}{held.popularity.recall_50:.3f}."))
        data, world = self.items[0].data, self.items[0].world
        near = "as uneven as" if abs(data - world) <= GINI_OFF else "not as uneven as"
        out.append((
            abs(data - world) <= GINI_OFF,
            f"Consumption is {near} the data's: item Gini {world:.3f} beside {data:.3f}.",
        ))  # fmt: skip
        off = [b for b in self.activity if abs(b.world / b.data - 1.0) > ACTIVITY_OFF]
        text = "differs by more than a fifth at " + ", ".join(b.name for b in off)
        out.append((not off, f"How often users come {text if off else 'is as in the data'}."))
        out += self._stars()
        if not self.intercept_fitted:
            text = f"that {ASSUMED:.0%} of visits to a random slate of {SLATE} end in a click"
            out.append((False, f"Assumed, as the file has no impressions: {text}."))
        if not self.position_fitted:
            text = "that attention falls as rank^-0.8 (Chaney et al. 2018)"
            out.append((False, f"Assumed, as the file has no clicks by place: {text}."))
        return out

    def _stars(self) -> list[tuple[bool, str]]:
        """What is said of ratings; nothing where the data have none, or none out of 5 stars."""
        out = []
        for b in self.rates:
            if b.name == STARS and np.isfinite(b.data):
                text = f"{b.world:.0%} of ratings are good, {b.data:.0%} in the data"
                well = abs(b.data - b.world) <= STARS_OFF
                out.append((well, f"Stars are {'' if well else 'not '}as in the data: {text}."))
        for held in self.held:
            if (stars := held.stars) is not None:
                text = f"{stars.law:.0%} are expected to be good and {stars.data:.0%} are"
                well = abs(stars.data - stars.law) <= STARS_OFF and stars.gain > 0.0
                text += f"; a rating is {stars.gain:.3f} nats likelier than by its usual share"
                out.append((well, f"Of ratings on {held.name}, {text}."))
        return out

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        made = asdict(self)
        for held in made["held"]:
            del held["by_user"]
        findings = [{"well": well, "text": text} for well, text in self.findings()]
        return {**plain(made), "findings": findings}


def plain(value: Any) -> Any:
    """The same with None for every number that is not one."""
    if isinstance(value, dict):
        return {key: plain(some) for key, some in value.items()}
    if isinstance(value, list | tuple):
        return [plain(some) for some in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def compare(
    log: Log, group: Any, groups: tuple[str, ...], held: tuple[HeldOut, ...], took: Taken,
    lived: Lived, position: tuple[Any, bool], intercept_fitted: bool,
) -> Faithfulness:  # fmt: skip
    """Hold the world against the data."""
    number = np.bincount(log.user[log.good], minlength=len(log.users))
    return Faithfulness(
        held=held,
        items=(
            Beside("item Gini", gini(took.data), gini(took.world)),
            Beside("top fifth of items", top_share(took.data), top_share(took.world)),
            Beside("items never taken", *(float((x == 0).mean()) for x in (took.data, took.world))),
        ),
        activity=_activity(number, lived),
        rates=_rates(log, took, lived),
        groups=tuple(
            _group(g, name, group, number, held[0], lived) for g, name in enumerate(groups)
        ),
        position=tuple(map(float, position[0])),
        position_fitted=position[1],
        intercept_fitted=intercept_fitted,
        users_compared=took.users,
        rounds=lived.rounds,
    )


def _activity(number: Any, lived: Lived) -> tuple[Beside, ...]:
    """Quantiles over users of how often they come, in means."""
    data, world = (np.quantile(x, QUANTILES) / x.mean() for x in (number, lived.visits))
    return tuple(
        Beside(f"{q:.0%} of users", float(a), float(b))
        for q, a, b in zip(QUANTILES, data, world, strict=True)
    )


def _rates(log: Log, took: Taken, lived: Lived) -> tuple[Beside, ...]:
    nan = float("nan")
    clicked = float(log.good.mean()) if log.clicks else nan
    out = [
        Beside("visits that end in a click", nan, lived.click_visits),
        Beside("impressions that are clicked", clicked, lived.click_impressions),
    ]
    if took.data_stars is not None and took.world_stars is not None:
        both = took.data_stars, took.world_stars
        out.append(Beside(STARS, *(float(x[GOOD - 1 :].sum()) for x in both)))
        out.append(Beside("mean stars", *(float(x @ np.arange(1, MOST + 1)) for x in both)))
        out.append(Beside(RANDOM, nan, lived.good_ratings))
    elif log.rating is not None:
        out.append(Beside("mean rating", float(log.rating.mean()), nan))
    return tuple(out)


def _group(g: int, name: str, group: Any, number: Any, held: HeldOut, lived: Lived) -> GroupFaith:
    mine = group[held.by_user[:, 0].astype(np.int64)] == g
    auc = float(held.by_user[mine, 1].mean()) if mine.any() else float("nan")
    data = float(number[group == g].sum() / number.sum())
    world = float(lived.visits[lived.group == g].sum() / max(lived.visits.sum(), 1))
    return GroupFaith(name, int((group == g).sum()), data, world, auc)

"""From an interaction file to a recommender world."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim.calibrate.folder import folder_faults, whole_or_nothing
from loopsim.calibrate.page import write_page
from loopsim.calibrate.recommender.attributes import Attributes, attributes_of, clustered
from loopsim.calibrate.recommender.faithfulness import Faithfulness, compare
from loopsim.calibrate.recommender.figures import draw_attributes, draw_held, draw_stars, draw_world
from loopsim.calibrate.recommender.held_out import HeldOut, held_out, splits
from loopsim.calibrate.recommender.law import Law, fit_law
from loopsim.calibrate.recommender.level import attended, intercept_of
from loopsim.calibrate.recommender.log import Columns, Log, checked
from loopsim.calibrate.recommender.report import TastesReport
from loopsim.calibrate.recommender.scenario import scenario_text
from loopsim.calibrate.recommender.users import groups_by_user
from loopsim.calibrate.recommender.world import live, taken
from loopsim.draws import Draws
from loopsim.environments.lending.rows import read_table
from loopsim.environments.recommender.tastes import Tastes
from loopsim.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
FACTORS = (2, 256)
VISITS = 0.3  # mean chance of a visit in a round, less where the busiest would come every round


def calibrate(
    file: str | Path,
    user: str,
    item: str,
    time: str,
    out: str | Path,
    *,
    rating: str | None = None,
    click: str | None = None,
    position: str | None = None,
    items: str | Path | None = None,
    attributes: Sequence[str] | None = None,
    creator: str | None = None,
    users: str | Path | None = None,
    group: str | None = None,
    factors: int = 32,
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> TastesReport:
    """Fit the recommender world to an interaction file.

    Parameters
    ----------
    file : path
        ``.csv``, ``.csv.gz`` or ``.parquet``; a row an interaction, or an impression where `click`
        says what was clicked. At least 1,000 interactions of 50 users with 30 items.
    user, item, time : str
        Columns; time is a number of seconds or an ISO date.
    out : path
        New or empty folder. It appears whole or not at all.
    rating : str, optional
        Column of ratings; every row was consumed, and higher ones count more.
    click : str, optional
        Column of 0 and 1. Without `rating` and `click` every row was consumed.
    position : str, optional
        Column of places on the slate, from 0 or 1 up; needs `click`.
    items, users : path, optional
        Tables with a row an item or user, keyed by the columns `item` and `user`.
    attributes : sequence of str, optional
        Columns of `items` with genres or tags; by default all that look like some.
    creator : str, optional
        Column of `items`: who made it.
    group : str, optional
        Column of `users`, or of the file if there is none: at most 20 groups of 50 users and more.
    factors : int
        Numbers a taste has, 2 to 256.
    seed : int
        Of the fit and of what the page shows.
    say : callable, optional
        Told in a few words what is being done.

    Raises
    ------
    DataError
        With everything that stands in the way, each naming file, column, value and what is allowed.
        Nothing has been written.
    """
    start, out = perf_counter(), Path(out)
    faults = [*folder_faults(out), *_number_faults(factors, seed)]
    say(f"reading {Path(file).name}")
    frame = _read(file, faults)
    tables = [None if path is None else _read(path, faults) for path in (items, users)]
    if frame is None:
        raise DataError("\n".join(faults))
    log = checked(frame, file, Columns(user, item, time, rating, click, position), faults)
    known = attributes_of(tables[0], log.items, item, attributes, creator, faults)
    groups, group_of = groups_by_user(frame, tables[1], log, user, group, users or file, faults)
    if faults:
        raise DataError("\n".join(faults))
    facts = {
        "file": Path(file).name,
        "sha256": sha256(Path(file).read_bytes()).hexdigest(),
        "rows": int(log.good.sum()),
        "users": len(log.users),
        "items": len(log.items),
        "group": group,
        "factors": factors,
        "seed": seed,
        "loopsim": loopsim.__version__,
    }
    with whole_or_nothing(out) as folder:
        made = _fitted(log, known, factors, Draws(seed), say)
        say("living in the world, writing the page")
        faith = _write(folder, log, made, groups, group_of, facts)
    return TastesReport(out, faith, tuple(made.known.notes), perf_counter() - start, made.law)


def _read(file: str | Path, faults: list[str]) -> pd.DataFrame | None:
    try:
        return read_table(file)
    except DataError as error:
        faults.append(str(error))
        return None


def _number_faults(factors: int, seed: int) -> list[str]:
    faults = []
    if not FACTORS[0] <= factors <= FACTORS[1]:
        faults.append(f"factors = {factors}: must be a whole number from 2 to 256")
    if seed < 0:
        faults.append(f"seed = {seed}: must be a whole number from 0 up")
    return faults


@dataclass(frozen=True)
class _Fitted:
    """The law of all rows, and what laws of the earlier ones knew of the later."""

    law: Law
    known: Attributes
    held: tuple[HeldOut, ...]
    draws: Draws


def _fitted(
    log: Log, known: Attributes, factors: int, draws: Draws, say: Callable[[str], None]
) -> _Fitted:
    held = []
    for name, late in splits(log).items():
        say(f"fitting earlier rows, looking for {name}")
        held.append(held_out(log, name, late, factors, draws))
    say(f"fitting tastes to all {int(log.good.sum()):,} interactions")
    law = fit_law(log, np.ones(len(log), dtype=np.bool_), factors, draws)
    known = clustered(known, law.items.astype(np.float64), draws)
    return _Fitted(law, known, tuple(held), draws)


def _write(
    folder: Path, log: Log, made: _Fitted, groups: tuple[str, ...], group: NDArray[np.int8],
    facts: dict[str, Any],
) -> Faithfulness:  # fmt: skip
    """The files; what is said of the world is of the world that they make."""
    law, draws, file, scenario = (
        made.law,
        made.draws,
        folder / "tastes.npz",
        folder / "scenario.yaml",
    )
    number = np.bincount(log.user[log.good], minlength=len(log.users)).astype(np.float64)
    activity = _activity(number)
    position, visits = attended(law), _visits(activity)
    intercept, fitted = intercept_of(law, position[0], activity, draws)
    _tastes(log, made, activity, position[0], intercept, groups, group).save(file)
    scenario.write_text(scenario_text(facts, visits, len(position[0])), encoding="utf-8")
    took = taken(log, file, draws)
    lived = live(scenario, len(group), visits, float(number.mean()))
    faith = compare(log, group, groups, made.held, took, lived, position, fitted)
    content = json.dumps({"made_from": facts, **faith.to_dict()}, indent=1, allow_nan=False)
    (folder / "faithfulness.json").write_text(content + "\n", encoding="utf-8")
    figures = {name: folder / f"{name}.png" for name in ("held_out", "world", "attributes")}
    draw_held(figures["held_out"], faith)
    draw_world(figures["world"], faith, took, number, lived)
    draw_attributes(figures["attributes"], made.known, took)
    if took.data_stars is not None:
        figures["stars"] = folder / "stars.png"
        draw_stars(figures["stars"], faith, took)
    shown = {**facts, "notes": made.known.notes, "strength": law.strength, "trend": law.trend}
    write_page(folder / "faithfulness.html", "recommender/page.html", faith, shown, figures)
    return faith


def _tastes(
    log: Log, made: _Fitted, activity: Floats, position: Floats, intercept: float,
    groups: tuple[str, ...], group: NDArray[np.int8],
) -> Tastes:  # fmt: skip
    law, known = made.law, made.known
    stars = None
    if law.stars is not None:  # a world's value has the intercept in it
        shift = law.stars.slope * intercept
        stars = np.concatenate([[law.stars.slope], law.stars.cuts + shift])
    return Tastes(
        users=law.users,
        items=law.items,
        item_bias=law.bias.astype(np.float32),
        activity=activity.astype(np.float32),
        popularity=np.bincount(log.item[log.good], minlength=len(log.items)).astype(np.float32),
        user_group=group,
        item_attributes=known.shares.astype(np.float32),
        creator=known.creator,
        position=position.astype(np.float32),
        intercept=np.array(intercept, dtype=np.float32),
        groups=np.array(groups),
        attributes=np.array(known.names),
        stars=stars,
    )


def _activity(number: Floats) -> Floats:
    """How often users come, from how often they came: without the spread that is chance.

    Counts have the variance of the rates, and that of a Poisson number around each: its mean.
    """
    mean, spread = number.mean(), max(float(number.var()), 1e-12)
    share = np.sqrt(max(1.0 - mean / spread, 0.0))
    return np.asarray(np.maximum(mean + share * (number - mean), 0.01 * mean))


def _visits(activity: Floats) -> float:
    """A mean chance of a visit at which all but the busiest hundredth come as often as they do."""
    busiest = float(np.quantile(activity, 0.99) / activity.mean())
    return float(f"{min(VISITS, 1.0 / busiest):.2g}")

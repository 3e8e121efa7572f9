"""From a table of real people to a world: `loopsim.calibrate.lending`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from loopsim.calibrate.boosting import boosted
from loopsim.calibrate.faithfulness import Faithfulness, compare, live
from loopsim.calibrate.figures import draw_calibration, draw_law, draw_marginals
from loopsim.calibrate.folder import folder_faults, whole_or_nothing
from loopsim.calibrate.law import Fit, fit_law, folds_of
from loopsim.calibrate.law_file import source_facts, write_law
from loopsim.calibrate.moves import Moves
from loopsim.calibrate.page import write_page
from loopsim.calibrate.report import CalibrationReport
from loopsim.calibrate.scenario import scenario_text
from loopsim.calibrate.table import Table, checked
from loopsim.draws import Draws
from loopsim.environments.lending.rows import read_table, text
from loopsim.errors import DataError

FIT_ROWS = 200_000  # more rows than this are sampled for the fit; all of them are people
STRONGEST = 5.0  # unobserved factor that the lending world takes


def lending(
    file: str | Path,
    label: str,
    bad: Any,
    out: str | Path,
    *,
    group: str | None = None,
    features: Sequence[str] | None = None,
    categories: Collection[str] = (),
    hidden: float = 0.7,
    by_group: bool = False,
    moves: Mapping[str, Mapping[str, float]] | None = None,
    allow_leak: Collection[str] = (),
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> CalibrationReport:
    """Fit the lending world to real rows.

    Parameters
    ----------
    file : path
        ``.csv``, ``.csv.gz`` or ``.parquet``; a row a person who got a loan, at least 500.
    label : str
        Column of the outcome; it has two values and none missing.
    bad : str or number
        The label's value for a loan that was not repaid.
    out : path
        New or empty folder. It appears whole or not at all.
    group : str, optional
        Column of the group; at most 20, each of 50 rows and more. No feature unless listed.
    features : sequence of str, optional
        Columns to use; by default all that can be used.
    categories : collection of str
        Columns whose numbers are names.
    hidden : float
        Strength of the unobserved factor, 0 to 5, in log-odds a standard deviation: an assumption
        that no table of accepted people can show. 0.7 is that of small-business lending.
    by_group : bool
        Whether each group has points of its own, drawn towards the common ones.
    moves : mapping, optional
        What a decision does to features: ``{"repaid": {"savings": 100.0}}``; events are repaid,
        defaulted, refused. By default nothing moves.
    allow_leak : collection of str
        Features that may tell the label alone (AUC over 0.995).
    seed : int
        Of the folds, of boosting and of the people on the page.
    say : callable, optional
        Told in a few words what is being done.

    Returns
    -------
    CalibrationReport

    Raises
    ------
    DataError
        With everything that stands in the way, each naming file, column, value and what is allowed.
        Nothing has been written.
    """
    start, out, moves = perf_counter(), Path(out), moves or {}
    faults = [*folder_faults(out), *_number_faults(hidden, seed)]
    say(f"reading {Path(file).name}")
    try:
        frame = read_table(file)
    except DataError as error:
        raise DataError("\n".join([str(error), *faults])) from error
    table = checked(frame, file, label, bad, group, features, categories, allow_leak, moves, faults)
    del frame
    made = _fit(table, seed, by_group, say)
    facts = source_facts(file, table, label, text(bad), seed)
    with whole_or_nothing(out) as folder:
        say("lending to everybody in the world, writing the page")
        write_law(folder / "law.json", table, made.rows, made.law, facts, hidden, moves)
        faith = _write(folder, table, made, facts, hidden, moves)
    return CalibrationReport(out, faith, made.notes, perf_counter() - start, made.law.law)


def _number_faults(hidden: float, seed: int) -> list[str]:
    faults = []
    if not 0.0 <= hidden <= STRONGEST:
        faults.append(f"hidden = {hidden:g}: must be a number from 0 to {STRONGEST:g}")
    if seed < 0:
        faults.append(f"seed = {seed}: must be a whole number from 0 up")
    return faults


@dataclass(frozen=True)
class _Fitted:
    """The rows that were used, the law, and what boosting says of rows it has not seen."""

    rows: Table
    law: Fit
    boosting: Any
    notes: tuple[str, ...]


def _fit(table: Table, seed: int, by_group: bool, say: Callable[[str], None]) -> _Fitted:
    draws = Draws(seed)
    rows = table.some(draws, FIT_ROWS)
    fold = folds_of(rows.good, draws)
    say(f"fitting the law to {len(rows):,} rows, {len(rows.schema)} features")
    law = fit_law(rows, fold, by_group)
    say("cross-checking it against boosting")
    boosting = boosted(rows, fold, draws)
    sampled = f"the law was fitted to {len(rows):,} of {len(table):,} rows"
    notes = table.notes if len(rows) == len(table) else (*table.notes, sampled)
    return _Fitted(rows, law, boosting, notes)


def _write(
    folder: Path, table: Table, made: _Fitted, facts: dict[str, Any], hidden: float, moves: Moves
) -> Faithfulness:
    """Everything but law.json, which is there already; the world is built from these files."""
    people, law, unseen = folder / "people.parquet", folder / "law.json", made.law.unseen
    table.frame().to_parquet(people, index=False)
    scenario = scenario_text(table, made.law.law, facts["file"], facts["seed"], hidden, moves)
    (folder / "scenario.yaml").write_text(scenario, encoding="utf-8")
    world = live(people, law, table, facts["seed"])
    faith = compare(table, made.rows, unseen, made.boosting, made.law.recalibration.isotonic, world)
    content = json.dumps({"made_from": facts, **faith.to_dict()}, indent=1, allow_nan=False)
    (folder / "faithfulness.json").write_text(content + "\n", encoding="utf-8")
    figures = {name: folder / f"{name}.png" for name in ("calibration", "law", "marginals")}
    draw_calibration(figures["calibration"], made.rows, unseen, made.boosting, faith)
    draw_law(figures["law"], made.law.law, made.rows)
    draw_marginals(figures["marginals"], table, world.features)
    shown = {
        **facts,
        "group": table.group_column,
        "hidden": hidden,
        "notes": made.notes,
        "strength": made.law.strength,
        "curve": made.law.recalibration.kind,
        "by_group": len(made.law.law.intercept) > 1,
    }
    write_page(folder / "faithfulness.html", "page.html", faith, shown, figures)
    return faith

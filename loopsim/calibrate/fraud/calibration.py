"""From a transaction file to a fraud world."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import loopsim
from loopsim.calibrate.folder import folder_faults, whole_or_nothing
from loopsim.calibrate.fraud.faithfulness import Faithfulness, compare
from loopsim.calibrate.fraud.figures import draw_frauds, draw_payments
from loopsim.calibrate.fraud.parameters import Parameters, parameters_of
from loopsim.calibrate.fraud.report import FraudReport
from loopsim.calibrate.fraud.scenario import scenario_text
from loopsim.calibrate.fraud.transactions import Columns, Table, checked
from loopsim.calibrate.fraud.world import live, settings_of
from loopsim.calibrate.group import groups_of
from loopsim.calibrate.log_columns import names
from loopsim.calibrate.page import write_page
from loopsim.draws import Draws
from loopsim.environments.fraud.rows import Cards
from loopsim.environments.fraud.settings import GROUPS
from loopsim.environments.lending.rows import read_table
from loopsim.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def calibrate(
    file: str | Path,
    card: str,
    terminal: str,
    amount: str,
    time: str,
    label: str,
    out: str | Path,
    *,
    fraud: Any = 1,
    group: str | None = None,
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> FraudReport:
    """Fit the fraud world to a transaction file.

    Parameters
    ----------
    file : path
        ``.csv``, ``.csv.gz`` or ``.parquet``; a row a payment. At least 2,000 payments of 50 cards
        at 20 terminals in 21 days, 50 of them fraud.
    card, terminal, amount, time, label : str
        Columns; time is a number of seconds (since 1970, or the days of the week are made up) or
        an ISO date; the label has two values.
    out : path
        New or empty folder. It appears whole or not at all.
    fraud : str or number
        The label's value for a fraud.
    group : str, optional
        Column with a card's group, at most 20; by default thirds by mean amount.
    seed : int
        Of the risk laws and of the world that the page shows.
    say : callable, optional
        Told in a few words what is being done.

    Raises
    ------
    DataError
        With everything that stands in the way, each naming file, column, value and what is allowed.
        Nothing has been written.
    """
    start, out = perf_counter(), Path(out)
    faults = folder_faults(out)
    if seed < 0:
        faults.append(f"seed = {seed}: must be a whole number from 0 up")
    say(f"reading {Path(file).name}")
    try:
        frame = read_table(file)
    except DataError as error:
        raise DataError("\n".join([str(error), *faults])) from error
    columns = Columns(card, terminal, amount, time, label)
    if group is not None:
        unknown: list[str] = []
        groups_of(frame, group, None, unknown)
        faults += [f"{file}: {fault}" for fault in unknown]
    table = checked(frame, file, columns, fraud, faults)
    say(f"fitting cards, terminals and frauds to {len(table.payments):,} payments")
    made = parameters_of(table.payments)
    cards = _cards(table, made, frame, card, group)
    facts = _facts(file, table, group, seed)
    del frame
    with whole_or_nothing(out) as folder:
        say("living in the world, telling fraud in it and in the data")
        faith = _write(folder, table, made, cards, facts)
    return FraudReport(out, faith, made.notes, perf_counter() - start, made)


def _facts(file: str | Path, table: Table, group: str | None, seed: int) -> dict[str, Any]:
    payments = table.payments
    return {
        "file": Path(file).name,
        "sha256": sha256(Path(file).read_bytes()).hexdigest(),
        "rows": len(payments),
        "cards": payments.cards,
        "terminals": payments.terminals,
        "days": payments.days,
        "frauds": int(payments.fraud.sum()),
        "group": group,
        "seed": seed,
        "loopsim": loopsim.__version__,
    }


def _cards(
    table: Table, made: Parameters, frame: pd.DataFrame, card: str, group: str | None
) -> Cards:
    """The cards in the file's order; groups are thirds by mean amount where none are named."""
    if group is None:
        thirds = np.quantile(made.mean, [1 / 3, 2 / 3])
        of = np.searchsorted(thirds, made.mean, side="right")
        return Cards(made.mean, made.rate, of, np.array(GROUPS), made.spreads)
    rows = frame[[group]].set_axis(names(frame[card]))
    rows = rows[~rows.index.duplicated()].reindex(list(table.cards))
    known, code = groups_of(rows, group, None, [])
    return Cards(made.mean, made.rate, code, np.array(known), made.spreads)


def _write(
    folder: Path, table: Table, made: Parameters, cards: Cards, facts: dict[str, Any]
) -> Faithfulness:
    """The files; what is said of the world is of the world that they make."""
    scenario, data = folder / "scenario.yaml", table.payments
    cards.save(folder / "cards.npz")
    scenario.write_text(scenario_text(facts, made), encoding="utf-8")
    world = live(settings_of(scenario), data.days, len(data) / data.days, facts["seed"])
    world = replace(world, cards=data.cards, terminals=data.terminals)
    faith = compare(data, world, made, Draws(facts["seed"]))
    fitted = {
        name: getattr(made, name)
        for name in ("radius", "large", "skimmed", "skimmed_days", "stolen", "stolen_days")
    }
    content = {"made_from": facts, "parameters": fitted, **faith.to_dict()}
    text = json.dumps(content, indent=1, allow_nan=False)
    (folder / "faithfulness.json").write_text(text + "\n", encoding="utf-8")
    figures = {name: folder / f"{name}.png" for name in ("payments", "frauds")}
    draw_payments(figures["payments"], data, world)
    draw_frauds(figures["frauds"], data, world, faith)
    shown = {**facts, **fitted, "notes": made.notes}
    write_page(folder / "faithfulness.html", "fraud/page.html", faith, shown, figures)
    return faith

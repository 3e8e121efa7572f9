"""loopsim calibrate: fit a world to your own data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.calibrate_fraud import fraud
from loopsim.cli.calibrate_recommender import recommender
from loopsim.cli.options import Json, listed

calibrate = typer.Typer(help="Fit a world to your own data.")


@calibrate.callback()
def _verbs() -> None:
    """Fit a world to your own data."""


@calibrate.command("lending")
def lending(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV, CSV.GZ or Parquet, a row a person who got a loan"
        ),
    ],
    label: Annotated[str, typer.Option(metavar="COLUMN", help="the outcome; it has two values")],
    bad: Annotated[str, typer.Option(metavar="VALUE", help="the label's value for a default")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="new folder for the world")],
    group: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="groups to tell apart; no feature unless listed"),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="columns to use; default: all that can be used"),
    ] = None,
    categories: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="columns whose numbers are names, such as a region"),
    ] = None,
    hidden: Annotated[
        float,
        typer.Option(
            help="strength of the unobserved factor, 0 to 5, in log-odds a standard deviation: an "
            "assumption that these rows cannot show; try others"
        ),
    ] = 0.7,
    by_group: Annotated[
        bool,
        typer.Option(
            "--by-group",
            help="points of its own for each group: the mend if the page "
            "says that the law misses a group's interval",
        ),
    ] = False,
    allow_leak: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...", help="features that may tell the label alone (AUC > 0.995)"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="of the folds, of boosting, of the page's people")] = 0,
    as_json: Json = False,
) -> None:
    """Fit the lending world to your rows: people, a law, a scenario, a page on faithfulness.

    loopsim calibrate lending people.csv --label default --bad 1 --group sex --out my_world

    loopsim run my_world/scenario.yaml

    People are rows drawn from the table; P(repay | x) is a scorecard fitted to it and cross-checked
    on unseen rows against gradient boosting. Open my_world/faithfulness.html first: it says how
    faithful the world is, and what no table can tell.

    Numbers, names and missing values are kept. Identifiers, dates and constant columns are left
    out, and the page says so. A table that cannot be used is refused with every reason, and nothing
    is written. 30,000 rows take about ten seconds.
    """
    from loopsim.cli.progress import Steps

    with Steps() as steps:
        steps.say("starting")
        from loopsim.calibrate import lending as fit

        report = fit(
            file,
            label,
            bad,
            out,
            group=group,
            features=None if features is None else listed(features),
            categories=listed(categories),
            hidden=hidden,
            by_group=by_group,
            allow_leak=listed(allow_leak),
            seed=seed,
            say=steps.say,
        )
    print(json.dumps(report.to_dict()) if as_json else report)


calibrate.command("recommender")(recommender)
calibrate.command("fraud")(fraud)

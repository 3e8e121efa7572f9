"""loopsim calibrate recommender: fit the recommender world to an interaction file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json, listed


def recommender(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV, CSV.GZ or Parquet, a row an interaction"),
    ],
    user: Annotated[str, typer.Option(metavar="COLUMN", help="who")],
    item: Annotated[str, typer.Option(metavar="COLUMN", help="what")],
    time: Annotated[
        str, typer.Option(metavar="COLUMN", help="when: a number of seconds, or an ISO date")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="new folder for the world")],
    rating: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="stars: every row was consumed, more stars count more"),
    ] = None,
    click: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="0 or 1: rows are what was shown, clicked or not"),
    ] = None,
    position: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="place on the slate, from 0 or 1 up; needs --click"),
    ] = None,
    items: Annotated[
        Path | None, typer.Option(metavar="FILE", help="a row an item, with the same item column")
    ] = None,
    attributes: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...", help="genres or tags in --items; default: what looks like some"
        ),
    ] = None,
    creator: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="who made an item, in --items")
    ] = None,
    users: Annotated[
        Path | None, typer.Option(metavar="FILE", help="a row a user, with the same user column")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="groups of users, in --users or else in FILE"),
    ] = None,
    factors: Annotated[int, typer.Option(help="numbers that a taste has, 2 to 256")] = 32,
    seed: Annotated[int, typer.Option(help="of the fit, and of what the page shows")] = 0,
    as_json: Json = False,
) -> None:
    """Fit the recommender world to interactions: tastes, a scenario, a page on faithfulness.

    loopsim calibrate recommender ratings.csv --user user_id --item item_id --rating rating --time
    timestamp --items items.csv --users users.csv --group gender --out my_world

    loopsim run my_world/scenario.yaml

    Tastes are factors fitted to earlier interactions and held against later ones, beside popularity
    and chance. How much attention a place gets, and how many visits end without a click, show only
    in a file with --click (and --position); without them both are assumptions, and the page says
    so. Open my_world/faithfulness.html first.

    A file that cannot be used is refused with every reason, and nothing is written. 100,000
    interactions take under a minute.
    """
    from loopsim.cli.progress import Steps

    with Steps() as steps:
        steps.say("starting")
        from loopsim.calibrate.recommender import calibrate as fit

        report = fit(
            file,
            user,
            item,
            time,
            out,
            rating=rating,
            click=click,
            position=position,
            items=items,
            attributes=None if attributes is None else listed(attributes),
            creator=creator,
            users=users,
            group=group,
            factors=factors,
            seed=seed,
            say=steps.say,
        )
    print(json.dumps(report.to_dict()) if as_json else report)

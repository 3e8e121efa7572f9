"""loopsim calibrate fraud: fit the fraud world to a transaction file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from loopsim.cli.options import Json


def fraud(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, CSV.GZ or Parquet, a row a payment")
    ],
    card: Annotated[str, typer.Option(metavar="COLUMN", help="whose card")],
    terminal: Annotated[str, typer.Option(metavar="COLUMN", help="terminal or merchant")],
    amount: Annotated[str, typer.Option(metavar="COLUMN", help="how much, 0 or more")],
    time: Annotated[
        str, typer.Option(metavar="COLUMN", help="when: a number of seconds, or an ISO date")
    ],
    label: Annotated[str, typer.Option(metavar="COLUMN", help="the outcome; it has two values")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="new folder for the world")],
    fraud: Annotated[str, typer.Option(metavar="VALUE", help="the label's value for fraud")] = "1",
    group: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="groups of cards; default: thirds by their mean amount"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="of the risk laws, and of the page's world")] = 0,
    as_json: Json = False,
) -> None:
    """Fit the fraud world to transactions: cards, a scenario, a page on faithfulness.

    loopsim calibrate fraud payments.csv --card card --terminal shop --amount amount --time time
    --label is_fraud --out my_world

    loopsim run my_world/scenario.yaml

    Each card of the world pays as much and as often as it did. Frauds are told apart by what comes
    again at the same terminal or with the same card; their frequency and how long they last are
    fitted. Data and world are then measured alike: amounts, counts, frauds, and how well a risk law
    tells fraud on later days. Open my_world/faithfulness.html first.

    A file that cannot be used is refused with every reason, and nothing is written. 200,000
    payments take under a minute.
    """
    from loopsim.cli.progress import Steps

    with Steps() as steps:
        steps.say("starting")
        from loopsim.calibrate.fraud import calibrate as fit

        report = fit(
            file,
            card,
            terminal,
            amount,
            time,
            label,
            out,
            fraud=fraud,
            group=group,
            seed=seed,
            say=steps.say,
        )
    print(json.dumps(report.to_dict()) if as_json else report)

"""What a log that loses ids and versions does to what can be joined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loopsim.report.basis import COVERAGE
from loopsim.report.panels import GAP, OBSERVED, TRUE, Line, Panel, Picture, of_group, sample
from loopsim.report.paths import Paths
from loopsim.report.stack import DPI, WIDTH, image
from loopsim.runs import Run
from loopsim.runs.folder import whole

LOST = ("lost", "misversioned")  # true figures that this room shows, and no other
TITLE = "Which version was it? As served, and as logged"
CAPTION = (
    "The Brier score of each version on the labels that can be joined. Blue is by the version that "
    "scored the case, orange by the one that the log has. Wrong versions give each version some of "
    "another one's cases: they look more alike than they are."
)


def picture(paths: Paths) -> Picture:
    """Shares lost and what the team sees of it, everybody and by group."""
    panels = [
        Panel(
            "true: predictions without an id; observed: labels that join with nothing",
            [
                Line(paths.of("true", "lost"), TRUE),
                Line(paths.of("observed", "unjoinable"), OBSERVED, dashed=True),
            ],
            GAP,
            floor=0.0,
        ),
        Panel(
            "predictions without an id, by group (true)", _groups(paths, "true", "lost"), floor=0.0
        ),
        Panel(COVERAGE + ", by group", _groups(paths, "observed", "coverage"), floor=0.0),
    ]
    legend = {"true": sample(TRUE), "observed": sample(OBSERVED, dashed=True)}
    legend |= {
        name: of_group(sample("").values, i) for i, name in enumerate(paths.groups)
    }  # fmt: skip
    known = paths.of("true", "lost")
    return Picture(
        "identity",
        "Lost identity",
        "A label whose prediction has lost its id comes all the same and joins with nothing: it "
        "reaches neither the dashboard nor training. Nobody can tell of which group it is; what is "
        "seen by group is that fewer labels come per decision.",
        panels if not known.empty and known.max() > 0 else (),
        legend,
    )


def _groups(paths: Paths, ledger: str, name: str) -> list[Line]:
    dashed = ledger == "observed"
    return [
        of_group(paths.of(ledger, name, group), i, dashed) for i, group in enumerate(paths.groups)
    ]


def of(run: Run, folder: Path) -> dict[Path, Picture]:
    """Draw ``versions.png``; nothing where no version is wrong in the log, or there is one."""
    if run.folder is None or run.scenario.identity.wrong_version == 0.0:
        return {}
    table = run.lineage().performance()
    if len(table) < 2:
        return {}
    return {draw(table, folder / "versions.png"): Picture("versions", TITLE, CAPTION, ())}


def draw(table: Any, path: Path) -> Path:
    """Write the figure of `Lineage.performance`; the same table gives the same bytes."""
    from matplotlib import rc_context, rcdefaults
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()
        height = 1.0 + 0.24 * len(table)
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        axis = figure.add_axes((0.08, 0.5 / height, 0.68, 1 - 0.85 / height))
        rows = range(len(table))
        for at, row in zip(rows, table.itertuples(), strict=True):
            axis.plot([row.brier_served, row.brier_logged], [at, at], color="0.75", zorder=0)
            said = f"{row.served:,} served, {row.logged:,} logged"
            end = ("axes fraction", "data")
            axis.annotate(said, (1.0, at), (8, 0), end, textcoords="offset points", va="center",
                          fontsize=7.5, color="0.3")  # fmt: skip
        axis.plot(table["brier_served"], rows, "o", color=TRUE, label="as served (true)")
        axis.plot(table["brier_logged"], rows, "s", color=OBSERVED, markerfacecolor="white",
                  label="as logged (observed)")  # fmt: skip
        axis.set_yticks(rows, [str(v) for v in table["version"]], fontsize=8)
        axis.set_ylim(len(table) - 0.5, -0.5)
        axis.set_ylabel("version", fontsize=8)
        axis.set_xlabel("Brier score of the joined labels, 0 is best", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="0.93")
        figure.legend(loc="upper left", bbox_to_anchor=(0.08, 0.99), ncols=2, frameon=False,
                      fontsize=8, borderpad=0, borderaxespad=0)  # fmt: skip
        with whole(path) as part:
            image(figure).save(part, "png")
    return path

"""The lineage of a run as a figure: versions, what each was fitted on, gates and rollbacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loopsim.report.panels import PLAIN, Picture
from loopsim.report.stack import DPI, WIDTH, image
from loopsim.runs import Run
from loopsim.runs.folder import whole
from loopsim.runs.lineage import Lineage

Facts = dict[str, Any]
MOST = 40  # versions; of a longer line the newest are drawn
ROW, FOOT, HEAD, LEFT, RIGHT = 0.24, 0.5, 0.42, 0.75, 1.75  # inches
WINDOW, CANARY = "#0072B2", "#E69F00"
TITLE = "Lineage: what each version came from"
CAPTION = (
    "One row a version. The dark bar is the time for which it was live; the pale one is the time "
    "from which its training rows are, darker where more of them are a round. "
    "A ring is its fit, a line down to it starts at the version that was live then, and a dotted "
    "line from the ring on is its wait at the gate. A cross is a candidate that was refused."
)


def of(run: Run, folder: Path) -> dict[Path, Picture]:
    """Draw ``lineage.png`` into a folder; nothing if a run has one version and nothing refused."""
    if run.folder is None or not any((run.folder / "models").glob("version-*.json")):
        return {}
    found = run.lineage()
    if len(found) + len(found.refused) < 2:
        return {}
    left_out = len(found) - MOST
    caption = CAPTION + _more(found)
    if left_out > 0:
        caption += f" The first {left_out} versions are left out."
    path = draw(found, run.manifest["rounds_done"], folder / "lineage.png")
    return {path: Picture("lineage", TITLE, caption, ())}


def _more(found: Lineage) -> str:
    """What only some figures have."""
    said = ""
    if any(record["model_of"] != record["version"] for record in found.versions):
        said += " A broken arrow is a rollback, from the version whose model it took up again."
    if any(record.get("canary") for record in found.versions):
        said += " An orange bar is a canary's time, in which it served a share of the cases."
    return said


def draw(found: Lineage, rounds: int, path: Path) -> Path:
    """Write the figure; the same lineage gives the same bytes."""
    from matplotlib import rc_context, rcdefaults
    from matplotlib.figure import Figure

    shown = found.versions[-MOST:]
    height = HEAD + ROW * (len(shown) + 0.4) + FOOT
    with rc_context():
        rcdefaults()
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        place = (
            LEFT / WIDTH,
            FOOT / height,
            1 - (LEFT + RIGHT) / WIDTH,
            1 - (FOOT + HEAD) / height,
        )
        axis = figure.add_axes(place)
        rows = {record["version"]: i for i, record in enumerate(shown)}
        for record in shown:
            _window(axis, record, found, rows)
            _life(axis, record, rounds, rows)
            _descent(axis, record, found, rows)
        _refused(axis, found, rows)
        _axes(axis, shown, rounds)
        _legend(figure, height)
        with whole(path) as part:
            image(figure).save(part, "png")
    return path


def _window(axis: Any, record: Facts, found: Lineage, rows: dict[int, int]) -> None:
    """The rounds of the training rows, shaded by how many each earlier version let in."""
    data, y = record["data"], rows[record["version"]]
    if "first" not in data:
        return
    by = data.get("by_version") or {"0": record["rows"]}
    parts = []
    for name, count in by.items():
        begin, end = _span(found, int(name), record["fitted"])
        begin, end = max(begin, data["first"]), min(end, data["last"] + 1)
        if end > begin:
            parts.append((begin, end - begin, count / (end - begin)))
    most = max((density for *_, density in parts), default=1.0)
    for begin, width, density in parts:
        shade = 0.1 + 0.45 * density / most
        axis.barh(y + 0.22, width, 0.24, begin, color=WINDOW, alpha=shade, linewidth=0)


def _span(found: Lineage, number: int, fitted: int) -> tuple[float, float]:
    """The rounds in which a version scored, up to a fit; 0 is what came before the first."""
    if number == 0:
        first = min((r["live"] for r in found.versions if r["live"] is not None), default=0)
        return float("-inf"), first
    record = found.version(number)
    if record["live"] is None:
        return record["canary"]["since"], record["canary"]["until"] or fitted
    return record["live"], min(record["until"] or fitted, fitted)


def _life(axis: Any, record: Facts, rounds: int, rows: dict[int, int]) -> None:
    """The fit, the wait at the gate, and the rounds in which it was live."""
    y, live = rows[record["version"]], record["live"]
    if live is not None:
        end = rounds if record["until"] is None else record["until"]
        axis.barh(y - 0.12, max(end - live, 0.15), 0.34, live, color=PLAIN, linewidth=0)
    canary = record.get("canary")
    if canary:
        end = rounds if canary["until"] is None else canary["until"]
        axis.barh(y - 0.12, end - canary["since"], 0.2, canary["since"], color=CANARY, linewidth=0)
    begun = canary["since"] if canary else live
    if begun is not None and record["model_of"] == record["version"]:
        axis.plot([record["fitted"], begun], [y - 0.12] * 2, ":", color="0.4", linewidth=1.2)


def _descent(axis: Any, record: Facts, found: Lineage, rows: dict[int, int]) -> None:
    """From the parent down to the fit; from the model that was taken up again, an arrow."""
    y, same = rows[record["version"]], record["model_of"] == record["version"]
    source = rows.get(record["parent"] if same else record["model_of"])
    at = record["fitted"] if same else record["live"]
    if source is not None and same:
        axis.plot([at, at], [source + 0.05, y - 0.12], color="0.6", linewidth=0.9, zorder=0.5)
    elif source is not None:
        style = {"arrowstyle": "-|>", "linestyle": "--", "color": "0.0", "shrinkA": 0, "shrinkB": 3}
        left = found.version(record["model_of"])["until"]
        axis.annotate("", (at, y - 0.12), (left, source - 0.12), arrowprops=style)
    if same:
        axis.plot(at, y - 0.12, "o", color="0.2", markersize=4.5, markerfacecolor="white")


def _refused(axis: Any, found: Lineage, rows: dict[int, int]) -> None:
    crosses = [(int(e["round"]), rows.get(int(e["version"]))) for e in found.refused]
    at = [(t, y - 0.12) for t, y in crosses if y is not None]
    if at:
        x, y = zip(*at, strict=True)
        axis.plot(x, y, "X", color="0.25", markeredgecolor="white", markersize=7, linestyle="")


def _axes(axis: Any, shown: Sequence[Facts], rounds: int) -> None:
    from matplotlib.ticker import MaxNLocator

    firsts = [record["data"].get("first", 0) for record in shown]
    axis.set_xlim(min(min(firsts), 0) - 0.01 * rounds, 1.01 * max(rounds, 1))
    axis.set_ylim(len(shown) - 0.4, -0.7)
    axis.set_yticks(range(len(shown)), [str(record["version"]) for record in shown])
    axis.set_ylabel("version", fontsize=8)
    axis.set_xlabel("round", fontsize=8)
    axis.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axis.tick_params(labelsize=8)
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.grid(axis="y", color="0.93", linewidth=0.8)
    axis.set_axisbelow(True)
    for y, record in enumerate(shown):
        said = f"{record['rows']:,} rows  {record['data']['hash'][:8]}"
        end = ("axes fraction", "data")
        axis.annotate(said, (1.0, y), (8, 0), end, textcoords="offset points", va="center",
                      fontsize=7.5, color="0.3")  # fmt: skip


def _legend(figure: Any, height: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=PLAIN, label="live"),
        Patch(color=WINDOW, alpha=0.4, linewidth=0, label="rounds of its training rows"),
        Line2D([], [], color="0.2", marker="o", markersize=4.5, markerfacecolor="white",
               linestyle="", label="fitted"),
        Line2D([], [], color="0.4", linestyle=":", label="waits at the gate"),
        Line2D([], [], color="0.25", marker="X", markersize=6, linestyle="", label="refused"),
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(LEFT / WIDTH, 1 - 0.08 / height),
        ncols=5, frameon=False, fontsize=8, borderpad=0, borderaxespad=0,
    )  # fmt: skip
    figure.text(1 - (RIGHT - 0.1) / WIDTH, 1 - 0.24 / height, "training rows, their hash",
                fontsize=7.5, color="0.3", va="center")  # fmt: skip

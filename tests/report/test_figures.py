"""A panel without data is left out, and so is a figure without panels."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from loopsim.report.figures import draw_all, pictures
from loopsim.report.panels import TRUE
from loopsim.report.paths import Paths

GROWING, UNKNOWN = np.linspace(0.2, 0.8, 30), np.full(30, np.nan)


def frame(figures):
    """Metrics as a run has them, from ``{(ledger, metric, group): values}``."""
    parts = [
        pd.DataFrame({"round": range(len(values)), "value": values}).assign(
            ledger=ledger, metric=metric, group=group
        )
        for (ledger, metric, group), values in figures.items()
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=["round", "value", *KEYS])


KEYS = ["ledger", "metric", "group"]
BOTH = {
    (ledger, metric, group): GROWING
    for ledger in ("observed", "true")
    for metric in ("approval", "recall", "gap.recall", "coverage")
    for group in ("all", "a", "b")
    if (ledger, metric) != ("true", "coverage")
    and (group == "all" or not metric.startswith("gap."))
}
SEEN = {**BOTH, ("true", "income", "a"): GROWING, ("true", "income", "b"): GROWING}


def titles(figures):
    shown = pictures(Paths(frame(figures)), minimum=50)
    return {p.name: [panel.title.split(":")[0] for panel in p.panels] for p in shown}


def test_only_what_there_is_is_shown():
    assert titles(SEEN) == {
        "ledgers": ["approval", "recall", "coverage"],
        "groups": ["approval", "recall", "gap in recall", "coverage"],
        "world": ["income"],
    }


def test_a_figure_that_is_never_known_is_not_shown():
    unknown = {key: UNKNOWN for key in SEEN if key[1] in ("recall", "gap.recall")}
    assert titles(SEEN | unknown)["groups"] == ["approval", "coverage"]
    assert titles({("true", "approval", "all"): UNKNOWN}) == {}


def test_without_rounds_there_is_nothing(tmp_path):
    assert titles({}) == {}
    assert draw_all(frame({}), [], tmp_path / "figures", 50) == {}


def test_true_lines_are_solid_and_observed_ones_dashed():
    figures = BOTH | {("observed", "gap.recall", "all"): np.zeros(30)}
    groups = pictures(Paths(frame(figures)), minimum=50)[1]
    recall, gap = groups.panels[1:3]
    assert [line.dashed for line in recall.lines] == [True, True, False, False]
    assert [(line.dashed, line.values.iloc[-1]) for line in gap.lines] == [(False, 0.8), (True, 0)]


def test_the_strip_and_the_panels_are_drawn_the_same_whatever_the_users_own_style(tmp_path):
    events = [{"round": t, "kind": kind} for t, kind in enumerate(("retrained", "warned", "mine"))]
    first = draw_all(frame(SEEN), events, tmp_path / "first", 50)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 30}):
        second = draw_all(frame(SEEN), events, tmp_path / "second", 50)
    assert [path.name for path in first] == ["ledgers.png", "groups.png", "world.png"]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
        with Image.open(one) as image:
            assert image.info == {}
    assert {path.suffix for path in (tmp_path / "first").iterdir()} == {".png"}


@pytest.mark.parametrize("values", [[0.5], [np.inf, 0.5, np.nan], [0.0] * 40, [-1e9, 1e9]])
def test_odd_values_are_drawn(values, tmp_path):
    figures = {("true", "approval", group): np.array(values) for group in ("all", "a", "b")}
    made = draw_all(frame(figures), [{"round": 90, "kind": "shock"}], tmp_path, 50)
    with Image.open(next(iter(made))) as image:
        distance = np.abs(
            np.asarray(image.convert("RGB"), dtype=int) - np.multiply(to_rgb(TRUE), 255)
        )
    assert (distance.max(axis=2) < 4).any()

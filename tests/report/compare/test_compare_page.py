"""The page of a comparison escapes what it is told and shows what there is."""

import numpy as np
import pandas as pd

from loopsim.report.compare import costs, figures, write
from loopsim.studies.compare import Comparison
from loopsim.studies.compare.arms import COSTS
from loopsim.studies.compare.stress import BASE


def made(cost):
    rows = [
        {"condition": BASE, "arm": a, "seed": s, "objective": v + s / 10, "true.auc": 0.7}
        | {f"cost.{c}": cost if c == "refits" else 0.0 for c in COSTS}
        for a, v in (("a", 0.1), ("b<script>", 0.9))
        for s in range(3)
    ]
    paths = {(BASE, a): np.full((3, 4), 0.5) for a in ("a", "b<script>")}
    arms = ("a", "b<script>")
    return Comparison("true.x", arms, (BASE,), (0, 1, 2), pd.DataFrame(rows), paths, rounds=4)


def test_names_are_escaped(tmp_path):
    page = write(made(0.25), tmp_path / "new" / "folder").read_text()
    assert "<script>" not in page and "b&lt;script&gt; wins" in page


def test_costs_are_totals_and_those_that_nobody_has_are_left_out():
    assert costs(made(0.25)) == (["refits"], [("a", ["1.0"]), ("b<script>", ["1.0"])])
    assert costs(made(0.0))[0] == []


def test_figures_are_means_by_arm():
    names, rows = figures(made(0.0))
    assert names == ["objective", "true.auc"]
    assert rows[0] == (BASE, "a", ["0.2", "0.7"])


def test_a_comparison_without_costs_is_drawn(tmp_path):
    assert made(0.0).figure(tmp_path / "x.png").stat().st_size > 5000

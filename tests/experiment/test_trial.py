"""Arms of a scenario over paired seeds."""

import numpy as np
import pytest

from loopsim.errors import InputError
from loopsim.experiment import ALL_CUT, Panel, Trial
from loopsim.experiment.picture import trailing

BASE = {
    "name": "tiny", "rounds": 8, "environment": {"kind": "lending", "people": 400},
    "observed": {"minimum": 5}, "training": {"history": {"rows": 500}},
}  # fmt: skip
ARMS = {"ill": {}, "all": {"policy": "everyone"}, "cut": ALL_CUT}
WATCH = """
class Watch:
    def __init__(self): self.paths = {"cases": []}
    def on_round(self, sim, t, cases, outcomes): self.paths["cases"].append(len(cases))
"""


def trial(figures=("true.approval", "observed.approval"), **more):
    return Trial(BASE, ARMS, figures, **{"seeds": 3, "controls": ("cut",), "workers": 1} | more)


def test_paths_have_a_row_a_seed_and_ends_are_means_of_the_last_rounds():
    one = trial(last=2)
    path = one.path("ill", "true.approval")
    assert path.shape == (3, 8)
    np.testing.assert_allclose(one.end("ill", "true.approval"), path[:, -2:].mean(axis=1))
    np.testing.assert_allclose(one.total("all", "true.approval"), 8.0)
    gain = 1.0 - one.end("ill", "true.approval")
    np.testing.assert_allclose(one.difference("all", "ill", "true.approval"), gain)


def test_seeds_pair_and_follow_the_scenarios_own():
    one = trial(common={"seed": 7})
    assert [one.scenario("cut", seed).seed for seed in range(3)] == [7, 8, 9]
    first = one.path("ill", "true.approval")[:, 0]  # round 0 of twins is the same
    np.testing.assert_array_equal(first, one.path("cut", "true.approval")[:, 0])


def test_figures_do_not_depend_on_the_workers():
    one, two = trial(seeds=1), trial(seeds=1, workers=2)
    np.testing.assert_array_equal(
        one.path("ill", "true.approval"), two.path("ill", "true.approval")
    )


def test_an_unknown_figure_is_told_before_anything_runs():
    with pytest.raises(InputError, match=r"no figure 'true.aproval'.*did you mean 'true.approval'"):
        trial(("true.aproval",)).path("ill", "true.aproval")


def test_a_figure_of_some_arms_is_unknown_in_the_others():
    desk, name = {"oversight": {"kind": "desk"}}, "observed.review.override"
    one = Trial(BASE, {"none": {}, "desk": desk}, [name], seeds=1, workers=1)
    assert np.isnan(one.path("none", name)).all()
    assert np.isfinite(one.path("desk", name)).any()


def test_groups_costs_and_figures_of_ones_own(tmp_path):
    file = tmp_path / "watch.py"
    file.write_text(WATCH)
    one = trial(("cost.decisions", "own.cases"), watch=(str(file), "Watch"), seeds=1)
    np.testing.assert_array_equal(one.path("ill", "cost.decisions"), one.path("ill", "own.cases"))


def test_the_figure_is_the_same_bytes_each_time(tmp_path):
    one = trial()
    panels = [Panel("approval", ("true.approval", "observed.approval"), level=0.5, top=1.0)]
    for name in ("a.png", "b.png"):
        one.draw(panels, "Approval", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_figure_of_weekly_means_is_another_and_leaves_the_figures_alone(tmp_path):
    one = trial()
    before = one.path("ill", "observed.approval").copy()
    for name, how in (("a.png", {}), ("b.png", {"over": 3, "since": 2})):
        one.draw([Panel("approval", ("observed.approval",), **how)], "Approval", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
    np.testing.assert_array_equal(one.path("ill", "observed.approval"), before)


def test_a_trailing_mean_skips_what_is_unknown():
    values = np.array([[np.nan, 2.0, np.nan, np.nan, 6.0, 8.0]])
    expected = [[np.nan, 2.0, 2.0, np.nan, 6.0, 7.0]]
    np.testing.assert_array_equal(trailing(values, 2), expected)

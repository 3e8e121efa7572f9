"""Indices of worlds whose answer is known, through the runs of a study."""

import sys

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError
from loopsim.report.sensitivity import sentences, write

BY = np.array([0.5, 0.25, 2.0])
LOOPS = {f"loops.{name}": (0, 1) for name in ("feature", "sampling", "outcome")}


@pytest.fixture
def product(theory):
    """true.product = (1 + feature/2)(1 + sampling/4)(1 + 2·outcome) − 1, the same in every seed."""
    return theory.scenario({"kind": "theory-product", "by": BY.tolist(), "people": 4}, 1)


@pytest.fixture
def mean(theory):
    """true.shown = mu + sigma · (the mean of 5 normals of the seed)."""
    plan = theory.scenario({"kind": "theory-mean", "people": 5}, 4)
    return plan.replace(**{"loops.feature": 0.0})


def test_sobol_shares_of_a_product_of_loops(product):
    made = loopsim.sensitivity(
        product, LOOPS, "true.product", "sobol", 64, seeds=2, engine="serial"
    )
    part = BY**2 / 12 / (1 + BY / 2) ** 2
    whole = np.prod(1 + part) - 1
    assert made.of("true.product", "S1")["value"].to_numpy() == pytest.approx(part / whole, abs=0.1)
    rest = np.array([np.prod(1 + np.delete(part, i)) - 1 for i in range(3)])
    total = made.of("true.product", "ST")["value"].to_numpy()
    assert total == pytest.approx(1 - rest / whole, abs=0.1)
    noise = made.noise.iloc[0]
    assert noise["parameters"] == 1.0 and noise["left"] == 0.0
    assert made.ranked("true.product").index[0] == "loops.outcome"


def test_morris_of_a_straight_response_is_exact(product):
    plan = product.replace(**{"loops.sampling": 0.0, "loops.outcome": 0.0})
    over = {"loops.feature": (0, 1)}
    made = loopsim.sensitivity(plan, over, "true.product", samples=4, seeds=2, engine="serial")
    assert made.of("true.product", "mu")["value"].item() == pytest.approx(0.5, abs=1e-9)
    assert made.of("true.product", "sigma")["value"].item() == pytest.approx(0.0, abs=1e-9)
    assert made.points <= 4  # of a grid of four levels, each once


def test_noise_that_every_point_shares_is_in_no_index(mean):
    over = {"environment.mu": (0, 1), "environment.earlier": (0, 1)}
    made = loopsim.sensitivity(mean, over, "true.shown", "sobol", 8, seeds=3, engine="serial")
    noise, total = made.noise.iloc[0], made.of("true.shown", "ST")
    assert noise["seeds"] > 0.2 and noise["left"] < 1e-6 and noise["both"] < 1e-6
    assert total.loc["environment.mu", "seeds"] < 1e-6
    assert total.loc["environment.earlier", "value"] == 0.0  # cut off: it changes nothing at all
    assert made.idle("true.shown") == ["environment.earlier"]
    assert "same seed, same run" in " ".join(sentences(made, "true.shown"))


def test_noise_that_differs_between_points_is_shown(mean):
    over = {"environment.mu": (0.0, 0.5), "environment.sigma": (0, 3)}
    made = loopsim.sensitivity(mean, over, "true.shown", "sobol", 8, seeds=3, engine="serial")
    assert made.noise.iloc[0]["both"] > 0.05 and made.noise.iloc[0]["left"] > 0.02
    # No spread moves the expectation: what seems so is noise, and its interval says so.
    assert "environment.sigma" in made.unclear("true.shown")


def test_nothing_moves_it(mean):
    over = {"environment.earlier": (0, 1)}
    for method in ("morris", "sobol"):
        made = loopsim.sensitivity(mean, over, "true.shown", method, 4, seeds=2, engine="serial")
        assert made.idle("true.shown") == ["environment.earlier"]
        assert sentences(made, "true.shown") == [
            "true.shown: none of the parameters moves it at all."
        ]


def test_a_metric_that_is_never_known(scenario, tmp_path):
    plan = scenario.replace(rounds=1)
    over = {"policy": ["everyone", "nobody"]}
    made = loopsim.sensitivity(plan, over, "observed.auc", "sobol", 4, seeds=2, engine="serial")
    assert sorted(made.runs["policy"]) == ["everyone"] * 2 + ["nobody"] * 2
    assert sentences(made, "observed.auc")[0].startswith("observed.auc: unknown; 4")
    assert write(made, tmp_path, plan).exists()


def test_what_is_asked_twice_is_run_once(scenario, tmp_path):
    plan, over = scenario.replace(rounds=1), {"policy.explore": (0, 0.2)}
    asked = {"samples": 2, "seeds": 2, "engine": "serial", "folder": tmp_path / "s"}
    one = loopsim.sensitivity(plan, over, "true.approval", **asked)
    two = loopsim.sensitivity(plan, over, ["true.approval", "true.score"], **asked)
    assert len(list(loopsim.Study.open(tmp_path / "s").folder.logged())) == len(one.runs)
    assert two.table[two.table["metric"] == "true.approval"].equals(one.table)
    pictures = [
        made.figure(tmp_path / f"{n}.png").read_bytes() for n, made in enumerate((two, two))
    ]
    assert pictures[0] == pictures[1] and pictures[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "sobl"}, "no method 'sobl'; .*did you mean 'sobol'"),
        ({"pairs": True}, "the Morris method has no indices of pairs"),
        ({"seeds": 1}, "seeds = 1: must be at least 2"),
        ({"seeds": [4]}, "must be at least 2"),
        ({"samples": 1}, "samples = 1"),
        ({"over": {"policy": ["everyone", "nobody"]}}, "policy = everyone, nobody: the Morris"),
        ({"over": {"policy.explor": (0, 1)}}, "did you mean 'explore'"),
        ({"metrics": "true.acu"}, "did you mean 'true.auc'"),
    ],
)
def test_bad_input_is_told_before_anything_runs(given, said, scenario, tmp_path):
    asked = {"over": {"policy.explore": (0, 1)}, "folder": tmp_path / "s"} | given
    with pytest.raises(InputError, match=said):
        loopsim.sensitivity(scenario, **asked)
    assert not (tmp_path / "s").exists()


def test_a_library_that_is_missing_is_named_with_its_extra(scenario, monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(InputError, match=r"needs SALib.*pip install 'loopsim-lab\[sensitivity\]'"):
        loopsim.sensitivity(scenario, {"policy.explore": (0, 1)}, "true.auc")


def test_a_point_without_a_figure_takes_its_block_out_and_no_more(product, monkeypatch):
    from loopsim.studies.sensitivity import running

    whole = running.evaluate

    def holed(*args, **given):
        table = whole(*args, **given)
        table.loc[table["point"] == 0, "true.product"] = np.nan
        return table

    monkeypatch.setattr(running, "evaluate", holed)
    made = loopsim.sensitivity(product, LOOPS, "true.product", "sobol", 8, seeds=2, engine="serial")
    assert made.noise.iloc[0]["left_out"] == 1
    assert made.of("true.product", "ST")["value"].notna().all()
    assert "blocks left out, as not known whole: 1." in " ".join(sentences(made, "true.product"))

"""Every kind of recommender keeps to the interface and learns who likes what."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.errors import InputError
from loopsim.models.base import CannotFit
from loopsim.testing.recommenders import check_recommender

sys.path.insert(0, str(Path(__file__).parents[2] / "slates"))
import shop  # noqa: F401

KINDS = {
    "popularity": {},
    "item-knn": {"neighbours": 6},
    "content": {},
    "factors": {"factors": 8},
    "bpr": {"factors": 8},
    "linucb": {},
    "thompson": {},
    "pointwise logistic": {"use": "sklearn.linear_model.LogisticRegression"},
    "pointwise line": {"use": "sklearn.linear_model.LinearRegression"},
    "pointwise boosting": {
        "use": "sklearn.ensemble.HistGradientBoostingClassifier",
        "parameters": {"max_iter": 10},
    },
    "pointwise steps": {
        "use": "sklearn.pipeline.Pipeline",
        "parameters": {
            "steps": [
                ["pairs", {"use": "sklearn.preprocessing.PolynomialFeatures"}],
                ["fit", {"use": "sklearn.linear_model.Ridge"}],
            ]
        },
    },
}
PERSONAL = ["item-knn", "content", "factors", "bpr", "linucb", "thompson"]


def build(name):
    kind = name.split()[0]
    return registry.find("model", kind)(**KINDS[name]).build(None)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_keeps_to_the_interface(name):
    check_recommender(build(name))


@pytest.mark.parametrize("name", [*PERSONAL, "pointwise boosting", "pointwise steps"])
def test_a_kind_learns_who_likes_what(market, name):
    assert market.lead(market.scores(market.fit(build(name)))) > 0.8


def test_popularity_and_a_line_without_interactions_give_everybody_the_same_list(market):
    for name in ("popularity", "pointwise logistic", "pointwise line"):
        order = np.argsort(market.scores(market.fit(build(name))), axis=1)
        assert (order == order[0]).all()


@pytest.mark.parametrize("name", KINDS)
def test_rows_that_teach_nothing_are_told(market, name):
    rows, labels = market.interactions, market.labels
    for which, said in (
        (labels < 0, "no impression"),
        (labels == 0, "one class only: 0 of"),
        (labels == 1, r"one class only: (\d+) of \1 "),
    ):
        with pytest.raises(CannotFit, match=said):
            build(name).fit(rows[which], labels[which], None, 1)


@pytest.mark.parametrize("name", ["item-knn", "content", "factors", "linucb", "popularity"])
def test_a_weight_is_worth_as_many_rows(market, name):
    rows, labels = market.interactions, market.labels
    times = 1 + np.arange(len(rows)) % 3
    many = np.repeat(np.arange(len(rows)), times)
    weighted = build(name).fit(rows, labels, times * 1.0, 1)
    repeated = build(name).fit(rows[many], labels[many], None, 1)
    np.testing.assert_allclose(
        market.scores(weighted), market.scores(repeated), rtol=1e-3, atol=1e-3
    )


def test_what_takes_no_weights_says_so(market):
    with pytest.raises(InputError, match=r"bpr: it takes no weights; set training\.weights"):
        market.fit(build("bpr"), market.weights)
    with pytest.raises(InputError, match="model bpr takes no weights"):
        loopsim.Simulation(_plan("bpr", {"weights": "inverse-propensity"}))


def _plan(kind, training=None, policy="top-k", **settings):
    return loopsim.Scenario.parse(
        {
            "name": "shop",
            "rounds": 4,
            "environment": {"kind": "shop"},
            "model": {"kind": kind, **settings},
            "policy": {"kind": policy, "k": 3},
            "training": {"history": {"rounds": 12}, **(training or {})},
        }
    )


@pytest.mark.parametrize("name", PERSONAL)
def test_a_kind_shows_people_their_own_shelf(name):
    sim = loopsim.Simulation(_plan(name, **KINDS[name])).run()
    own = np.mean(sim.people["shelf"][sim.cases.rows] == sim.cases.item % 2)
    popular = loopsim.Simulation(_plan("popularity")).run()
    same = np.mean(popular.people["shelf"][popular.cases.rows] == popular.cases.item % 2)
    assert own > 0.7 > 0.6 > same


def test_settings_are_read_without_importing_what_they_name():
    code = (
        "import sys\nfrom loopsim.models.ranking.settings import FactorsModel\n"
        "FactorsModel(); print({'sklearn', 'numpy', 'implicit'} & {*sys.modules})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"

"""A fit that starts from the champion's parameters."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.models.settings import Estimator

SCHEMA = Schema(("a", "b", "c"))
LOGISTIC = "sklearn.linear_model.LogisticRegression"
BOOSTED = "sklearn.ensemble.GradientBoostingClassifier"


def model(use=LOGISTIC, **settings):
    return Estimator(use=use, warm_start=True, **settings).build(SCHEMA)


@pytest.fixture
def rows():
    def make(seed=0, n=400, slope=1.0):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, 3))
        label = (rng.random(n) < 1 / (1 + np.exp(-slope * x[:, 0] - x[:, 1]))).astype(np.int8)
        return x, label, None, seed

    return make


def test_an_iteration_starts_where_the_champion_stands(rows):
    short = {"parameters": {"max_iter": 1}}
    champion = model(parameters={"max_iter": 500}).fit(*rows())
    cold = Estimator(use=LOGISTIC, **short).build(SCHEMA).fit(*rows(1))
    started = model(**short)
    started.fitted = champion.fitted
    started.fitted.set_params(max_iter=1)
    after = started.fit(*rows(1)).fitted.coef_
    best = model(parameters={"max_iter": 500}).fit(*rows(1)).fitted.coef_
    assert np.abs(after - best).max() < np.abs(cold.fitted.coef_ - best).max()


def test_the_champion_stays_as_it_was(rows):
    champion = model().fit(*rows())
    before = champion.fitted.coef_.copy()
    other = champion.fit(*rows(1))
    np.testing.assert_array_equal(champion.fitted.coef_, before)
    assert other.fitted is not champion.fitted and (other.fitted.coef_ != before).any()


@pytest.mark.parametrize("use", [BOOSTED, "sklearn.ensemble.RandomForestClassifier"])
def test_trees_are_added_and_those_of_the_champion_kept(rows, use):
    champion = model(use, more=5, parameters={"n_estimators": 10}).fit(*rows())
    x, *_ = rows(1)
    other = champion.fit(*rows(1)).fit(*rows(2))
    assert len(other.fitted.estimators_) == 20 and len(champion.fitted.estimators_) == 10
    for mine, old in zip(other.fitted.estimators_, champion.fitted.estimators_, strict=False):
        one, two = (t[0] if isinstance(t, np.ndarray) else t for t in (mine, old))
        np.testing.assert_array_equal(one.predict(x), two.predict(x))


def test_a_booster_of_xgboost_goes_on(rows):
    pytest.importorskip("xgboost")
    settings = {"n_estimators": 10, "n_jobs": 1}
    champion = model("xgboost.XGBClassifier", more=4, parameters=settings).fit(*rows())
    other = champion.fit(*rows(1)).fit(*rows(2))
    assert other.fitted.get_booster().num_boosted_rounds() == 18
    assert champion.fitted.get_booster().num_boosted_rounds() == 10


@pytest.mark.parametrize("settings", [{}, {"use": BOOSTED, "more": 3}])
def test_it_goes_on_from_a_file_as_from_memory(rows, settings, tmp_path):
    champion = model(**settings).fit(*rows())
    champion.save(tmp_path / "model")
    loaded = model(**settings).load(tmp_path / "model")
    x, *_ = rows(2)
    one, two = (m.fit(*rows(1)).score(x) for m in (champion, loaded))
    np.testing.assert_array_equal(one, two)


def test_a_run_says_that_its_versions_go_on():
    plan = {
        "name": "warm",
        "rounds": 8,
        "environment": {"kind": "lending", "people": 800},
        "model": {"kind": "estimator", "use": LOGISTIC, "warm_start": True},
        "training": {"rule": {"kind": "every", "rounds": 3}, "history": {"rows": 300}},
    }
    run = loopsim.run(loopsim.Scenario.parse(plan), out=False)
    first, second, *_ = run.lineage().versions
    assert not first["goes_on"] and second["goes_on"]
    assert second["rows"] == second["data"]["rows"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"use": "sklearn.ensemble.HistGradientBoostingClassifier"}, "GradientBoostingClassifier"),
        ({"use": "sklearn.naive_bayes.GaussianNB"}, "GaussianNB has none"),
        ({"use": BOOSTED}, "more: 20"),
        ({"more": 3}, "could grow"),
        ({"incremental": True, "use": "sklearn.linear_model.SGDClassifier",
          "parameters": {"loss": "log_loss"}}, "choose one"),
        ({"use": "sklearn.pipeline.Pipeline", "more": 2, "parameters": {"steps": [
            ["scale", {"use": "sklearn.preprocessing.StandardScaler"}],
            ["boost", {"use": BOOSTED}]]}}, "features as they are"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_is_told(settings, message):
    with pytest.raises(InputError, match=message):
        model(**settings)


def test_more_trees_need_a_warm_start():
    with pytest.raises(InputError, match="warm_start: true"):
        Estimator(use=BOOSTED, more=3).build(SCHEMA)

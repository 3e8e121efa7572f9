"""A recommender of the user's own."""

import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.errors import InputError, PluginError
from loopsim.models.base import CannotFit
from loopsim.models.ranking import own as own_recommender
from loopsim.testing.recommenders import check_recommender

sys.path.insert(0, str(Path(__file__).parents[2] / "slates"))
import shop  # noqa: F401

CODE = '''
import numpy as np
from loopsim.models.base import CannotFit


class Kinds:
    """Who clicked odd items gets odd ones."""

    def __init__(self, tilt=1.0, random_state=None):
        self.tilt, self.random_state = tilt, random_state

    def fit(self, rows, clicks, sample_weight=None):
        weight = clicks if sample_weight is None else clicks * sample_weight
        size = int(rows.users.max()) + 1
        self.taste = np.bincount(rows.users, weight * (rows.items % 2 * 2 - 1), minlength=size)
        return self

    def score(self, visits):
        known = np.where(visits.users < self.taste.size, visits.users, 0)
        odd = np.arange(len(visits.catalogue)) % 2 * 2 - 1
        return self.tilt * self.taste[known][:, None] * odd


class Ranker:
    def fit(self, rows, clicks):
        self.inner = Kinds().fit(rows, clicks)

    def rank(self, visits):
        return np.argsort(-self.inner.score(visits), axis=1, kind="stable")[:, :10]


class Holes(Kinds):
    def score(self, visits):
        scores = super().score(visits)
        scores[visits.users == 7, 2] = np.nan
        return scores


class Tall(Kinds):
    def score(self, visits):
        return super().score(visits)[:, :1]


class Words(Kinds):
    def score(self, visits):
        return super().score(visits).astype(str)


class Slow(Kinds):
    def score(self, visits):
        raise RuntimeError("no time")


class Twice(Ranker):
    def rank(self, visits):
        return np.zeros((len(visits.users), 2), dtype=int)


class Beyond(Ranker):
    def rank(self, visits):
        return np.full((len(visits.users), 1), len(visits.catalogue))


class Loose(Ranker):
    def rank(self, visits):
        return super().rank(visits) * 1.0


class Buggy(Kinds):
    def fit(self, rows, clicks):
        raise ValueError("oh no")


class Picky(Kinds):
    def fit(self, rows, clicks):
        raise CannotFit("too few of them")


class Mute:
    def fit(self, rows, clicks):
        pass


number = 3
'''


EXAMPLE = own_recommender.__doc__.split("::\n")[1].split("It is run with")[0]


def test_the_example_of_the_docs_runs(tmp_path, market):
    path = tmp_path / "mine.py"
    path.write_text(dedent(EXAMPLE))
    registry.allow_code([path])
    kind = registry.find("model", "recommender-file")
    check_recommender(kind(path=str(path), name="LastClicked").build(None))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CODE)
    registry.allow_code([path])
    return path


@pytest.fixture
def own(file):
    kind = registry.find("model", "recommender-file")
    return lambda name="Kinds", **more: kind(path=str(file), name=name, **more).build(None)


@pytest.mark.parametrize("name", ["Kinds", "Ranker"])
def test_a_class_of_the_users_own_keeps_to_the_interface_and_ranks(own, market, name):
    check_recommender(own(name))
    assert market.lead(market.scores(market.fit(own(name)))) > 1.0


def test_it_is_called_with_its_parameters_its_weights_and_its_seed(own, market):
    plain = market.fit(own())
    tilted = market.fit(own(parameters={"tilt": 3.0}))
    np.testing.assert_allclose(market.scores(tilted), 3 * market.scores(plain), rtol=1e-6)
    assert not np.array_equal(
        market.scores(market.fit(own(), market.weights)), market.scores(plain)
    )
    assert plain.fitted.random_state == 1 and own().takes_weights
    with pytest.raises(InputError, match="takes no weights"):
        market.fit(own("Ranker"), market.weights)


def test_what_it_leaves_out_of_a_ranking_is_all_alike_and_last(own, market):
    scores = market.scores(market.fit(own("Ranker")))
    assert (np.sort(scores, axis=1)[:, -10:] == np.arange(1, 11)).all()
    assert ((scores == 0).sum(axis=1) == market.items - 10).all()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Holes", "Holes: score gave what is no finite number .* user 7, item 2: nan"),
        ("Tall", r"Tall: score gave shape \(.*, 1\) of float64, not \(.*, 18\) of numbers"),
        ("Words", "Words: score gave shape .* of <U"),
        ("Slow", "Slow: score raised RuntimeError: no time"),
        ("Twice", "Twice: rank gave an item twice"),
        ("Beyond", r"Beyond: rank gave an item that is not one of 0 \.\. 17"),
        ("Loose", "Loose: rank gave shape .* of float64"),
        ("Buggy", "Buggy: fit raised ValueError: oh no"),
    ],
)
def test_an_answer_that_cannot_be_used_names_the_model(own, market, name, said):
    with pytest.raises(PluginError, match=said):
        market.fit(own(name))


def test_its_own_reason_not_to_fit_is_kept(own, market):
    with pytest.raises(CannotFit, match="too few"):
        market.fit(own("Picky"))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"name": "number"}, "model.name = number: .* no class"),
        ({"name": "Kind"}, "did you mean 'Kinds'"),
        ({"parameters": {"tilts": 1}}, "parameters.tilts: Kinds has no such parameter"),
        ({"name": "Mute"}, "Mute: it needs fit, and score or rank; it has neither"),
    ],
)
def test_a_class_that_cannot_be_one_is_refused(own, how, said):
    with pytest.raises(InputError, match=said):
        own(**how)


def test_its_file_is_not_run_unless_it_is_allowed(tmp_path):
    path = tmp_path / "evil.py"
    path.write_text("raise SystemExit('it ran')")
    with pytest.raises(InputError, match="--code"):
        registry.find("model", "recommender-file")(path=str(path), name="Kinds").build(None)


def _plan(file, name):
    return loopsim.Scenario.parse(
        {
            "name": "shop",
            "rounds": 3,
            "environment": {"kind": "shop"},
            "model": {"kind": "recommender-file", "path": str(file), "name": name},
            "policy": {"kind": "top-k", "k": 3},
            "training": {"rule": {"kind": "every", "rounds": 1}, "history": {"rounds": 12}},
        }
    )


def test_it_learns_in_a_run_that_is_written_and_opened(file, tmp_path):
    loopsim.run(_plan(file, "Kinds"), out=tmp_path / "run", code=[file])
    sim = loopsim.Simulation(_plan(file, "Kinds")).run(2)
    again = loopsim.Simulation.restored(
        _plan(file, "Kinds"), sim.state(), tmp_path / "run" / "models"
    ).run()
    straight = sim.run()
    np.testing.assert_array_equal(straight.cases.item, again.cases.item)
    own = np.mean(straight.people["shelf"][straight.cases.rows] == straight.cases.item % 2)
    assert own > 0.7


def test_a_fault_in_a_run_names_the_version_and_the_round(file):
    with pytest.raises(PluginError, match=r"Holes.* in round 0: score gave"):
        loopsim.Simulation(_plan(file, "Holes")).run()

"""The conformance check must fail on each rule that a world can break."""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from loopsim.draws import Stream
from loopsim.edges import LOOPS, Edge, Edges
from loopsim.environments.lending.law_file import FORMAT
from loopsim.environments.lending.scorecard import Scorecard, Term
from loopsim.environments.lending.settings import Lending
from loopsim.features import Schema
from loopsim.population import Population
from loopsim.testing.environments import check_environment

sys.path.insert(0, str(Path(__file__).parents[1] / "runs"))

import toy_world

EDGES = Edges(
    **{name: Edge(name, closed="decisions", cut="none", keeps_rows=False) for name in LOOPS}
)
EDGES = replace(EDGES, sampling=replace(EDGES.sampling, blend="share"))


class Sound(toy_world.World):
    """The toy world of the run folder's tests, with its loops as edges."""

    name = "sound"

    def __init__(self, strengths):
        super().__init__(toy_world.ToyWorld(people=120), strengths)
        self.edges = EDGES.with_strengths(strengths)

    def populate(self, draws):
        people = super().populate(draws)
        people["natural"] = people["income"].copy()
        people["refused"] = np.zeros(len(people), dtype=bool)
        return people

    def income(self, people, rows):
        return self.edges.feature.read(people["income"][rows], people["natural"][rows])

    def arrivals(self, people, draws, t):
        u, chance = draws.uniform(Stream.ARRIVAL, t, people.ids), self.settings.arrive
        shy = u < chance * np.where(people["refused"], 0.5, 1.0)
        return np.flatnonzero(self.edges.sampling.read(shy, u < chance, draws, people.ids))

    def features(self, people, rows, draws, t):
        seen = super().features(people, rows, draws, t)
        seen[:, 0] = np.where(np.isnan(seen[:, 0]), np.nan, self.income(people, rows))
        return seen

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        out.probability = 1 / (1 + np.exp(-self.income(people, cases.rows)))
        out.good = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < out.probability).astype(
            np.int8
        )
        share = replace(self.edges.outcome, blend="share")
        all_, none = np.ones(len(cases), bool), np.zeros(len(cases), bool)
        out.selective = share.read(all_, none, draws, cases.ids)
        hidden = out.selective & (cases.actions == 0)
        out.label = np.where(hidden, np.int8(2), out.good)
        return out

    def respond(self, people, cases, outcomes, draws):
        super().respond(people, cases, outcomes, draws)
        people["refused"][cases.rows] = cases.actions == 0


@pytest.fixture
def rows(tmp_path):
    """A table of people with gaps and a category, and a law for it."""
    terms = (
        Term("income", points=((-1.0, 1.0),), missing=(-0.5,), knots=(0.0, 9.0)),
        Term("home", points=((0.3, -0.3),), missing=(0.0,), levels=("owns", "rents")),
    )
    law = {
        "format": FORMAT,
        "group": {"column": "sex", "groups": ["1", "2"]},
        "features": [
            {"name": "income", "lower": 0.0, "upper": 9.0},
            {"name": "home", "lower": 0.0, "upper": 1.0, "levels": ["owns", "rents"]},
        ],
        "hidden": 0.7,
        "moves": {"repaid": {"income": 1.0}, "refused": {"income": -0.5}},
        "law": Scorecard((1.0,), terms).to_dict(),
    }
    (tmp_path / "law.json").write_text(json.dumps(law))
    homes = ("owns", "rents", "")
    lines = [f"{i % 9 if i % 7 else ''},{homes[i % 3]},{1 + i % 2}" for i in range(60)]
    (tmp_path / "people.csv").write_text("\n".join(["income,home,sex", *lines]) + "\n")
    paths = {name: str(tmp_path / f"{name}.{ending}") for name, ending in FILES.items()}
    return {"kind": "rows", "path": paths["people"], "law": paths["law"]}


FILES = {"people": "csv", "law": "json"}
LENDING = {
    "plain": {},
    "all that moves": {
        "dropout": 0.4,
        "discouragement": 0.6,
        "measurement": 0.3,
        "economy": -0.4,
        "decay": 0.9,
        "show_group": True,
        "pipeline": [{"feature": "FIRST", "blank": True, "share": 0.3}],
    },
    "a latent move": {"changes": "latent", "moves": {"repaid": {"hidden": 0.5}}},
    "a seen move": {"changes": "features", "mix": {}},
}
FIRST = {"transunion-2003": "score", "synthetic": "utilisation", "rows": "income"}


WORLDS = [(how, kind) for kind in FIRST for how in ("plain", "all that moves")]
WORLDS += [("a latent move", "synthetic"), ("a seen move", "transunion-2003")]


def lending(how, kind, request):
    population = {"kind": kind, "hidden": 0.7}
    if kind == "rows":
        population = request.getfixturevalue("rows")
    changes = json.loads(json.dumps(LENDING[how]).replace("FIRST", FIRST[kind]))
    return Lending.model_validate({"people": 150, "population": population, **changes})


@pytest.mark.parametrize(("how", "kind"), WORLDS)
def test_the_lending_world_keeps_to_the_interface(how, kind, request):
    check_environment(lending(how, kind, request).build, rounds=3)


def test_a_small_world_of_ones_own_can_keep_to_it():
    check_environment(Sound)


def test_a_world_without_a_word_on_its_loops_does_not():
    with pytest.raises(AssertionError, match="edge sampling says what flows"):
        check_environment(toy_world.ToyWorld(people=50).build)


def test_a_decision_takes_two_rounds_to_show():
    with pytest.raises(ValueError, match="rounds = 1: must be at least 2"):
        check_environment(Sound, rounds=1)


def declares(**facts):
    """A sound world that declares something else."""
    return type("Declares", (Sound,), facts)


def table(**edges):
    """A sound world with another table of edges."""

    def build(strengths):
        world = Sound(strengths)
        world.edges = replace(EDGES, **edges).with_strengths(strengths)
        return world

    return build


def does(method, change):
    """A sound world of which one method's result is changed: ``change(result, *arguments)``."""

    def changed(self, *args):
        return change(getattr(Sound, method)(self, *args), *args)

    return type("Does", (Sound,), {method: changed})


def outcome(**changes):
    """A sound world with one column of its outcomes changed: ``change(outcomes, cases)``."""

    def change(out, people, cases, draws):
        return replace(out, **{name: make(out, cases) for name, make in changes.items()})

    return does("outcomes", change)


def after(change):
    """A sound world that does something more in `respond`."""

    def changed(self, people, cases, outcomes, draws):
        Sound.respond(self, people, cases, outcomes, draws)
        return change(self, people, cases, outcomes, draws)

    return type("After", (Sound,), {"respond": changed})


class Stubborn(Sound):
    def __init__(self, strengths):
        super().__init__(dict.fromkeys(LOOPS, 1.0))


class Mapped(Sound):
    def populate(self, draws):
        return vars(super().populate(draws))


class Nobody(Sound):
    def populate(self, draws):
        return Population(np.empty(0, np.int64), income=np.empty(0), natural=np.empty(0))


class Huge(Sound):
    def populate(self, draws):
        people = super().populate(draws)
        people.ids = people.ids + (1 << 40)
        return people


class Objects(Sound):
    def populate(self, draws):
        people = super().populate(draws)
        people["who"] = np.array([object()] * len(people))
        return people


class Crash(Sound):
    def respond(self, people, cases, outcomes, draws):
        people["income"][cases.rows[0]] += 0.0
        super().respond(people, cases, outcomes, draws)


class Empty(Sound):
    def arrivals(self, people, draws, t):
        return np.empty(0, dtype=np.int64)


class Counting(Sound):
    """Whoever asks for features changes people."""

    def features(self, people, rows, draws, t):
        if t >= 0:
            people["income"][rows] += 1e-9
        return super().features(people, rows, draws, t)


class View(Sound):
    def __init__(self, strengths):
        super().__init__(strengths)
        self.schema = Schema(("income", "natural"))

    def populate(self, draws):
        people = super().populate(draws)
        people["all"] = np.zeros((len(people), 2))
        return people

    def features(self, people, rows, draws, t):
        whole = len(rows) == len(people)
        return people["all"] if whole else people["all"][rows]


class Relative(Sound):
    """A case is compared with the others of its round."""

    def features(self, people, rows, draws, t):
        seen = super().features(people, rows, draws, t)
        seen[:, 2] -= seen[:, 2].mean() if len(rows) else 0.0
        return seen


class ByPlace(Sound):
    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        u = draws.uniform(Stream.OUTCOME, cases.round, np.arange(len(cases)))
        out.good = (u < out.probability).astype(np.int8)
        out.label = np.where(out.label == 2, out.label, out.good)
        return out


class TwoUniforms(Sound):
    """Another draw for a yes than for a no."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        other = draws.uniform(Stream.OUTCOME, cases.round, cases.ids, k=1) < out.probability
        out.good = np.where(cases.actions == 1, other, out.good).astype(np.int8)
        out.label = np.where(out.label == 2, out.label, out.good)
        return out


class Moral(Sound):
    """A loan makes people repay: that belongs in two potential outcomes, not in one."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        out.probability = np.where(cases.actions == 1, 1.0, out.probability)
        return out


class Hides(Sound):
    """Asks itself whether the loop is closed, and hides nonetheless."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        out.selective = np.ones(len(cases), dtype=bool)
        out.label = np.where(cases.actions == 0, np.int8(2), out.good)
        return out


class Unkeyed(Sound):
    def features(self, people, rows, draws, t):
        seen = super().features(people, rows, draws, t)
        seen[:, 2] = self.noise[rows]
        return seen

    def __init__(self, strengths):
        super().__init__(strengths)
        self.noise = np.random.default_rng().random(120)


class Global(Sound):
    """Seeds the generator of all and draws from it: the same bytes, at the cost of others."""

    @staticmethod
    def draw():
        np.random.seed(3)  # noqa: NPY002
        return np.random.random()  # noqa: NPY002

    def populate(self, draws):
        people = super().populate(draws)
        people["income"] += self.draw()
        people["natural"] = people["income"].copy()
        return people


class GlobalPython(Global):
    @staticmethod
    def draw():
        random.seed(3)
        return random.random()


class Forgetful(Sound):
    """Keeps in itself what belongs in the population."""

    mood = 0.0

    def respond(self, people, cases, outcomes, draws):
        super().respond(people, cases, outcomes, draws)
        self.mood += 0.01

    def features(self, people, rows, draws, t):
        return super().features(people, rows, draws, t) + np.array([0.0, 0.0, self.mood])


class Eager(Sound):
    """The loop's strength is felt before any decision."""

    def populate(self, draws):
        people = super().populate(draws)
        people["income"] += self.edges.feature.strength
        return people


class Jump(Sound):
    """A strength above 0, however small, is taken for closed."""

    def income(self, people, rows):
        return people["income" if self.edges.feature.strength > 0 else "natural"][rows]


class Meddles(Sound):
    """Reads a loop that is not the world's to read."""

    loop = "model"

    def respond(self, people, cases, outcomes, draws):
        super().respond(people, cases, outcomes, draws)
        people["income"] += round(getattr(self.edges, self.loop).strength)


class MeddlesMore(Meddles):
    loop = "oversight"


class Leaks(Sound):
    """What decisions made of people is seen, cut or not."""

    def income(self, people, rows):
        return people["income"][rows]


class Discourages(Sound):
    def arrivals(self, people, draws, t):
        u = draws.uniform(Stream.ARRIVAL, t, people.ids)
        return np.flatnonzero(u < 0.5 * np.where(people["refused"], 0.5, 1.0))


class DiscouragesAlike(Sound):
    """As many as would come, but not those who would."""

    def __init__(self, strengths):
        super().__init__(strengths)
        keeping = replace(EDGES.sampling, keeps_rows=True)
        self.edges = replace(EDGES, sampling=keeping).with_strengths(strengths)

    def arrivals(self, people, draws, t):
        u = draws.uniform(Stream.ARRIVAL, t, people.ids) + people["refused"]
        return np.sort(np.argsort(u)[:40])


class Latent(Sound):
    """Decisions reach the chance of the good outcome past every edge."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        past = 0.5 * people["refused"][cases.rows]
        out.probability = out.probability * (1.0 - past)
        return out


def wide(values, *_):
    return values.astype(np.float32)


def renames(truth, people):
    return {f"income-{int(people['refused'].any())}": people["income"]}


def reindexes(world, people, *_):
    people.ids = people.ids[::-1].copy()


def scribbles(world, people, cases, *_):
    cases.actions[:] = 1


def relabels(world, people, cases, outcomes, *_):
    outcomes.label[:] = 1


def hurried(label):
    return lambda out, cases: np.where(cases.ids == 3, label, out.label).astype(np.int8)


BROKEN = {
    "no groups": (declares(groups=()), "groups is a tuple"),
    "groups of one name": (declares(groups=("a", "a")), "groups is a tuple"),
    "a schema of names": (declares(schema=("income",)), "schema is a Schema"),
    "no money": (declares(money=0.1), "money is a Money"),
    "an edge in another's place": (
        table(model=replace(EDGES.model, name="outcome")),
        "the edge in the place of model",
    ),
    "an edge that says nothing": (
        table(feature=replace(EDGES.feature, cut=" ")),
        "edge feature says what flows",
    ),
    "strengths ignored": (Stubborn, "the edges have the strengths"),
    "people of another type": (Mapped, "populate makes a Population"),
    "nobody": (Nobody, "there is somebody"),
    "ids too large": (Huge, "ids ascend within"),
    "objects in a column": (Objects, "not Python objects"),
    "nobody arrives": (Empty, "somebody arrives"),
    "a round without cases": (Crash, "a round without cases is a round, not IndexError"),
    "rows as floats": (does("arrivals", wide), "arrivals are \\(n,\\) int64"),
    "rows backwards": (does("arrivals", lambda rows, *_: rows[::-1]), "ascending, each once"),
    "a row twice": (
        does("arrivals", lambda rows, *_: np.repeat(rows, 2)),
        "ascending, each once",
    ),
    "a row that is not there": (
        does("arrivals", lambda rows, *_: rows + 1000),
        "rows of the population",
    ),
    "a group of float": (does("group", wide), "group is \\(n,\\) int8"),
    "a group that is not there": (
        does("group", lambda code, *_: code + np.int8(1)),
        "a group code is an index",
    ),
    "narrow features": (does("features", wide), "float64"),
    "a feature too few": (
        does("features", lambda seen, *_: seen[:, :2].copy()),
        "features of the schema",
    ),
    "a level that is not there": (
        does("features", lambda seen, *_: seen + 1.0),
        "category 'home' is a code",
    ),
    "a chance above one": (
        outcome(probability=lambda out, _: out.probability + 1.0),
        "probability is .* in \\[0, 1\\]",
    ),
    "an unknown chance": (
        outcome(probability=lambda out, _: out.probability * np.nan),
        "none NaN",
    ),
    "good as a truth value": (outcome(good=lambda out, _: out.good == 1), "good is"),
    "good of two": (outcome(good=lambda out, _: out.good * np.int8(2)), "good is"),
    "a label of three": (outcome(label=hurried(3)), "label is"),
    "a label of float": (outcome(label=lambda out, _: out.label * 1.0), "label is"),
    "selective as numbers": (
        outcome(selective=lambda out, _: out.selective * 1),
        "selective is None",
    ),
    "prompt as numbers": (outcome(prompt=lambda out, _: out.good), "prompt is None or"),
    "a signal without a name": (
        outcome(signals=lambda out, _: {"complaint": out.good}),
        "signals are those that the world names",
    ),
    "a signal of float": (
        type(
            "Signals", (outcome(signals=lambda out, _: {"s": out.good * 0.5}),), {"signals": ("s",)}
        ),
        "signal 's' is",
    ),
    "a yes that hides": (outcome(label=hurried(2)), "a label is hidden where selective says"),
    "selective told wrong": (
        outcome(selective=lambda out, cases: np.zeros(len(cases), bool)),
        "a label is hidden where selective says",
    ),
    "a truth of the mean": (
        does("truth", lambda truth, people: {"income": np.zeros(1)}),
        "truth 'income' is \\(people,\\) numbers",
    ),
    "a truth by another name": (does("truth", renames), "every round reads the same names"),
    "reading changes people": (Counting, "nothing but respond changes people"),
    "features are a view": (View, "features are a copy"),
    "cases compared with each other": (Relative, "keyed by its id"),
    "draws by place": (ByPlace, "keyed by its id"),
    "two uniforms": (TwoUniforms, "do not depend on the action"),
    "a chance by action": (Moral, "do not depend on the action"),
    "a cut that hides": (Hides, "with the outcome loop cut"),
    "respond returns people": (
        after(lambda world, people, *_: people),
        "in place and returns nothing",
    ),
    "respond moves ids": (after(reindexes), "respond leaves the ids"),
    "respond changes actions": (after(scribbles), "changes no case"),
    "respond changes labels": (after(relabels), "changes no case and no outcome"),
    "unkeyed noise": (Unkeyed, "the same seed gives the same bytes"),
    "NumPy's global generator": (Global, "none from a global generator"),
    "Python's global generator": (GlobalPython, "none from a global generator"),
    "a world that remembers": (Forgetful, "people hold all that changes"),
    "strength felt at once": (Eager, "round 0 does not depend on the strength of feature"),
    "a weak loop taken for closed": (Jump, "the feature loop with next to no strength"),
    "the model loop read": (Meddles, "the model loop is read outside"),
    "the oversight loop read": (MeddlesMore, "the oversight loop is read outside"),
    "features past the edge": (Leaks, "with the feature loop cut"),
    "arrivals past the edge": (Discourages, "with the sampling loop cut"),
    "as many arrivals, past the edge": (DiscouragesAlike, "with the sampling loop cut"),
    "chances past all edges": (Latent, "with all loops cut"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_every_broken_rule_is_named(how):
    build, rule = BROKEN[how]
    with pytest.raises(AssertionError, match=rule):
        check_environment(build)


def test_a_missing_declaration_is_named():
    class Bare(Sound):
        def __init__(self, strengths):
            super().__init__(strengths)
            del self.settings

    with pytest.raises(AssertionError, match="a world has settings"):
        check_environment(Bare)


def test_the_message_says_which_world_and_when():
    with pytest.raises(AssertionError, match=r"^environment sound: people hold .* in round 2\)$"):
        check_environment(Forgetful)

"""Off-policy estimates against exact expectations, and against the truth of twin runs."""

import sys
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.cases import Cases
from loopsim.errors import InputError
from loopsim.monitoring.off_policy import estimate
from loopsim.slates import Visits

sys.path.insert(0, str(Path(__file__).parents[1] / "slates"))
import shop  # noqa: F401

LOGGED, TARGET = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
SLATES = np.array(list(permutations(range(3), 2)))


def chances_of(weights, slates):
    """Plackett-Luce: (n, 2) chances of two places, the second given the first."""
    first = weights[slates[:, 0]] / weights.sum()
    second = weights[slates[:, 1]] / (weights.sum() - weights[slates[:, 0]])
    return np.column_stack([first, second])


def clicks_of(slates, depends):
    """(n, 2) chances of a click in each place, which may depend on the other one."""
    top, below = slates.T
    own = np.array([0.2, 0.5, 0.8])
    if depends == "own":
        return np.column_stack([own[top], own[below] / 2])
    if depends == "above":
        return np.column_stack([own[top], own[below] * (1 - own[top])])
    return np.column_stack([own[top] * (1 - own[below]), own[below] * (1 - own[top])])


def expectation(depends, reach, which, expected=None):
    """An estimator's exact mean over all that one visit can bring, and the target's true value."""
    clicks = clicks_of(SLATES, depends)
    truth = (chances_of(TARGET, SLATES).prod(axis=1) * clicks.mean(axis=1)).sum()
    mean = 0.0
    for slate, click in zip(SLATES, clicks, strict=True):
        one = slate[None]
        p, pi = chances_of(LOGGED, one), chances_of(TARGET, one)
        for r in product((0, 1), repeat=2):
            chance = p.prod() * np.where(r, click, 1 - click).prod()
            model = None if expected is None else expected(one)
            log = estimate(np.array([r]), p, pi, reach=reach, expected=model)
            mean += chance * getattr(log, which).value
    return mean, truth


@pytest.mark.parametrize(
    ("depends", "reach", "right"),
    [
        ("own", "above", True),
        ("own", "slate", True),
        ("above", "above", True),
        ("above", "slate", True),
        ("both", "slate", True),
        ("both", "above", False),
        ("own", "place", False),
        ("above", "place", False),
    ],
)
def test_inverse_propensities_are_unbiased_where_they_reach_far_enough(depends, reach, right):
    mean, truth = expectation(depends, reach, "ips")
    assert (mean == pytest.approx(truth, abs=1e-12)) == right


def rewards_model(of_item):
    """A model that knows what each item is worth in each place (2, 3), whatever is above."""

    def expected(one):
        shown = np.column_stack([of_item[place][one[:, place]] for place in (0, 1)])
        left = np.where(np.arange(3) == one[0, 0], 0.0, TARGET)
        wanted = [[of_item[0] @ TARGET, of_item[1] @ left / left.sum()]]
        return shown, np.array(wanted)

    return expected


@pytest.mark.parametrize("reach", ["above", "slate"])
def test_doubly_robust_is_unbiased_with_any_model(reach):
    wrong = rewards_model(np.array([[0.9, 0.1, 0.4], [0.0, 0.7, 0.3]]))
    mean, truth = expectation("own", reach, "doubly_robust", wrong)
    assert mean == pytest.approx(truth, abs=1e-12)


def test_doubly_robust_is_right_with_the_right_model_whatever_the_propensities():
    own = np.array([0.2, 0.5, 0.8])
    n, rng = 40_000, np.random.default_rng(1)
    item = rng.choice(3, n, p=LOGGED)
    click = rng.random(n) < own[item]
    false = np.array([0.3, 0.3, 0.4])[item]
    model = own[item], np.full(n, own @ TARGET)
    value = estimate(click, false, TARGET[item], expected=model)
    truth = own @ TARGET
    assert abs(value.doubly_robust.value - truth) < 4 * value.doubly_robust.standard_error
    assert abs(value.ips.value - truth) > 10 * value.ips.standard_error


def test_intervals_cover_the_truth_as_often_as_they_say():
    own, rng = np.array([0.2, 0.5, 0.8]), np.random.default_rng(7)
    covered, repeats = np.zeros(3), 400
    for _ in range(repeats):
        item = rng.choice(3, 500, p=LOGGED)
        click = rng.random(500) < own[item]
        model = np.full(500, 0.4), np.full(500, 0.4)
        value = estimate(click, LOGGED[item], TARGET[item], expected=model)
        for i, name in enumerate(("ips", "snips", "doubly_robust")):
            low, high = getattr(value, name).interval()
            covered[i] += low <= own @ TARGET <= high
    assert covered / repeats == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / repeats))


def test_the_same_policy_is_worth_what_it_earned():
    rng = np.random.default_rng(0)
    r, p = rng.integers(0, 2, (50, 3)), rng.uniform(0.1, 1.0, (50, 3))
    value = estimate(r, p, p)
    assert value.ips == value.naive
    assert value.snips.value == pytest.approx(r.mean())
    assert (value.effective_sample_size, value.largest_weight) == (pytest.approx(50), 1.0)
    assert value.naive.standard_error == pytest.approx(r.mean(axis=1).std(ddof=1) / np.sqrt(50))


def test_a_visit_logged_twice_by_its_visitor_tells_nothing_more():
    rng = np.random.default_rng(0)
    r, p, pi = rng.integers(0, 2, 40), rng.uniform(0.1, 1.0, 40), rng.uniform(0.0, 1.0, 40)
    once = estimate(r, p, pi)
    again = estimate(*(np.repeat(x, 2) for x in (r, p, pi)), cluster=np.repeat(np.arange(40), 2))
    for name in ("naive", "ips", "snips"):
        ones, twos = getattr(once, name), getattr(again, name)
        assert twos.value == pytest.approx(ones.value)
        assert twos.standard_error == pytest.approx(ones.standard_error)


def test_what_could_not_be_logged_shows_in_the_mean_weight():
    rng = np.random.default_rng(0)
    item = rng.choice(2, 5000)  # the target shows a third item four times in five
    value = estimate(item, np.full(5000, 0.5), np.full(5000, 0.1))
    assert value.mean_weight.value == pytest.approx(0.2)


GOOD = {"reward": [1, 0], "propensity": [0.5, 0.5], "target": [0.5, 0.5]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"propensity": [0.5, 0.0]}, "propensity: 0 in it; must be above 0 and at most 1"),
        ({"propensity": [0.5, 1.5]}, "propensity: 1.5 in it"),
        ({"target": [0.5, -0.1]}, "target: -0.1 in it; must be 0 to 1"),
        ({"target": [0.5]}, r"target: shape \(1,\); must be that of reward, \(2, 1\)"),
        ({"reward": [1, np.nan]}, "reward: nan in it; must be finite"),
        ({"reward": []}, r"reward: shape \(0,\); must be \(n,\) or \(n, k\), and not empty"),
        ({"reach": "abov"}, "reach = abov: .*did you mean 'above'"),
        ({"cluster": np.arange(3)}, r"cluster: shape \(3,\); must be \(2,\)"),
    ],
)
def test_a_log_that_cannot_be_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        estimate(**(GOOD | given))


K, ITEMS = 3, 30


def plan(policy, seed, name="logged"):
    base = {
        "name": name,
        "rounds": 8,
        "seed": seed,
        "environment": {"kind": "shop", "users": 1500},
        "model": "popularity",
        "policy": {"k": K, **policy},
        "training": {"rule": "never", "history": {"rounds": 2}},
    }
    return loopsim.Scenario.parse(base)


def soft(rate, items, temperature):
    """(n, k) Plackett-Luce chances of the items given those above, and (n, k) mean rates."""
    chances, rates = np.empty(items.shape), np.empty(items.shape)
    weight = np.tile(np.exp((rate - rate.max()) / temperature), (len(items), 1))
    rows = np.arange(len(items))
    for j, item in enumerate(items.T):
        chances[:, j] = weight[rows, item] / weight.sum(axis=1)
        rates[:, j] = weight @ rate / weight.sum(axis=1)
        weight[rows, item] = 0.0
    return chances, rates


def impressions(run):
    """(n, k) items, clicks, propensities and users of the visits whose clicks are known."""
    clicks = run.feedback()
    clicks = clicks.loc[clicks["kind"] == "outcome", ["prediction_id", "label"]]
    log = run.predictions().merge(clicks).sort_values("prediction_id")
    assert (log["prediction_id"] % 64 == np.tile(np.arange(K), len(log) // K)).all()
    names = ("item", "label", "propensity", "user")
    items, *rest = (log[name].to_numpy().reshape(-1, K) for name in names)
    return items.astype(int), *rest


def visits_of(world, model, users):
    """The logged visits again, with the scores that the model gives."""
    none = np.empty((users.size, 0))
    visits = Visits(users, none, np.empty((users.size, 0), np.int64), world.catalogue)
    group = np.zeros(users.size, np.int8)
    return Cases(0, users, users, group, features=visits, scores=model.score(visits))


class Truth:
    """What the world knows of every impression: its chance of a click."""

    def __init__(self):
        self.chances = []

    def on_round(self, sim, t, cases, outcomes):
        self.chances.append(outcomes.probability)


@pytest.mark.parametrize(
    ("logging", "target", "temperature"),
    [
        ({"kind": "top-k", "explore": 0.4}, {"kind": "random-slates"}, 1e6),
        ({"kind": "softmax", "temperature": 0.15}, {"kind": "softmax", "temperature": 0.06}, 0.06),
    ],
    ids=["ε-greedy to random", "softmax to a colder one"],
)
def test_estimates_from_a_log_cover_the_truth_of_a_twin(tmp_path, logging, target, temperature):
    seeds, covered = range(20), np.zeros(3)
    for seed in seeds:
        run = loopsim.run(plan(logging, seed), out=tmp_path / str(seed))
        items, reward, propensity, users = impressions(run)
        known = Truth()
        twin = loopsim.Simulation(plan(target, seed), [known]).run()
        truth = np.concatenate(known.chances).mean()
        users, model = users[:, 0].astype(int), run.model(1)
        chances = twin.policy.chances(visits_of(twin.world, model, users), items)
        rate = model.learnt["rate"]
        by_hand, wanted = soft(rate, items, temperature)
        assert chances == pytest.approx(by_hand, rel=1e-4)
        value = estimate(reward, propensity, chances, expected=(rate[items], wanted), cluster=users)
        assert abs(value.naive.value - truth) > 5 * value.naive.standard_error
        assert value.mean_weight.value == pytest.approx(
            1.0, abs=4 * value.mean_weight.standard_error
        )
        for i, name in enumerate(("ips", "snips", "doubly_robust")):
            low, high = getattr(value, name).interval()
            covered[i] += low <= truth <= high
    assert (covered >= 16).all()  # of 20, where 19 are expected; fewer have a chance of .003

"""The Gymnasium view: an episode is a run, a step a round, an action the policy of that round."""

import builtins
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError

gymnasium = pytest.importorskip("gymnasium", reason="loopsim.gym needs the extra gym")
from gymnasium.utils.env_checker import check_env  # noqa: E402
from gymnasium.vector import AutoresetMode, VectorEnv  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1] / "slates"))
import shop  # noqa: E402, F401

LENDING = {
    "name": "steered",
    "rounds": 6,
    "environment": {"kind": "lending", "people": 800, "dropout": 0.5},
    "policy": {"kind": "threshold", "at": 0.7},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}},
    "observed": {"minimum": 10},
}
SHOP = {
    "name": "shop",
    "rounds": 6,
    "environment": {"kind": "shop"},
    "model": "popularity",
    "policy": {"kind": "top-k", "k": 3},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 2}},
}
BUDGET = LENDING | {"policy": {"kind": "budget", "cases": 90}}
CASES = {"policy.cases": (0, 300)}


def view(plan=LENDING, *args, **options):
    return loopsim.gym(loopsim.Scenario.parse(plan), *args, **options)


def played(env, action, seed=None):
    """All that the steps of an episode gave."""
    env.reset(seed=seed)
    steps = [env.step(action)]
    while not steps[-1][3]:
        steps.append(env.step(action))
    return steps


WAYS = {
    "threshold": (LENDING, {}),
    "several numbers": (LENDING, {"action": ["policy.at", "policy.explore"]}),
    "share": (LENDING | {"policy": {"kind": "budget", "share": 0.4}}, {}),
    "cases": (BUDGET, {"limits": CASES}),
    "weights": (SHOP, {}),
    "exploration of slates": (SHOP, {"action": "policy.explore"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_passes_gymnasiums_own_checker_without_a_warning(way):
    plan, options = WAYS[way]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(view(plan, **options))


@pytest.mark.parametrize("way", WAYS)
def test_the_scenarios_own_action_gives_the_bytes_of_a_run(way):
    plan, options = WAYS[way]
    env = view(plan, **options)
    played(env, env.own, seed=3)
    run = loopsim.Simulation(loopsim.Scenario.parse(plan, {"seed": 3})).run()
    left, right = run.state(), env.simulation.state()
    assert left.keys() == right.keys()
    for name, values in left.items():
        np.testing.assert_array_equal(values, right[name], err_msg=name)


@pytest.mark.parametrize("way", WAYS)
def test_another_action_gives_another_run(way):
    plan, options = WAYS[way]
    env = view(plan, **options)
    own = played(env, env.own, seed=3)
    other = np.where(env.own < 0.5, 1.0, 0.1)
    assert played(env, other, seed=3)[-1][4]["true"] != own[-1][4]["true"]


def test_an_action_is_the_scenario_with_that_value():
    at = played(view(), [0.55], seed=1)[-1][4]
    run = loopsim.Simulation(loopsim.Scenario.parse(LENDING, {"seed": 1, "policy.at": 0.55})).run()
    assert at["true"]["profit"]["all"] == run.series.values("true", "profit")[-1]


def test_a_number_of_cases_is_a_whole_one_within_its_limits():
    env = view(BUDGET, limits=CASES)
    assert env.own == [0.3]
    env.reset()
    for action, cases in ((0.1, 30), (1.0, 300), (0.5016, 150)):
        env.step([action])
        assert env.simulation.policy.cases == cases


def test_weights_rank_the_shelf_that_they_favour():
    env = view(SHOP)
    assert env.actions == ("weights.model", "weights.attribute.0", "weights.new")
    env.reset()
    for weight, shelf in ((1.0, 1), (-1.0, 0)):
        env.step([0.0, weight, 0.0])
        assert set((env.simulation.cases.item % 2).tolist()) == {shelf}


def test_weights_of_the_model_alone_show_what_the_model_would():
    env = view(SHOP)
    half, own = (played(env, [w, 0.0, 0.0], seed=2)[-1][4] for w in (0.5, 1.0))
    assert half["true"]["click_through"] == own["true"]["click_through"]


def test_an_observation_is_the_dashboard_and_what_is_unknown_keeps_its_last_value():
    env = view(LENDING | {"observed": {"minimum": 10, "window": 1}})
    seen, info = env.reset(seed=0)
    assert not seen.any()
    assert info == {"round": 0, "seed": 0, "observed": {}, "true": {}}
    last, kept = np.zeros(len(env.figures)), 0
    for t in range(6):
        seen, _, _, _, info = env.step([0.7 if t < 2 else 1.0])  # from then on no labels come
        observed = [info["observed"][name].get("all", np.nan) for name in env.figures]
        known = np.isfinite(observed)
        last = np.where(known, observed, last)
        kept += np.count_nonzero(last[~known])
        np.testing.assert_array_equal(seen, np.r_[last, known])
    assert kept > 0


def test_only_the_observed_ledger_is_seen_and_only_what_was_asked_for():
    env = view(observe=["approval", "profit"])
    assert env.figures == ("approval", "profit")
    assert env.observation_space.shape == (4,)
    with pytest.raises(InputError, match="no observed metric 'regret'"):
        view(observe=["regret"])


def test_a_reward_is_a_figure_or_a_weighted_sum_and_an_unknown_figure_counts_nothing():
    reward = {"true.profit": 2.0, "true.approval": -1.0}
    _, paid, _, _, info = played(view(reward=reward), [0.7])[-1]
    true = info["true"]
    assert paid == 2 * true["profit"]["all"] - true["approval"]["all"]
    _, paid, _, _, info = played(view(reward="observed.precision"), [1.0])[0]
    assert (paid, info["reward_known"]) == (0.0, False)
    assert "all" not in info["observed"]["precision"]


def test_the_end_of_the_scenario_truncates_and_never_terminates():
    env = view()
    ends = [(terminated, truncated) for _, _, terminated, truncated, _ in played(env, [0.7])]
    assert ends == [(False, False)] * 5 + [(False, True)]
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step([0.7])
    with pytest.raises(gymnasium.error.ResetNeeded):
        view().step([0.7])


def test_episodes_without_a_seed_follow_from_the_last_one_given():
    env = view(LENDING | {"seed": 9})
    seeds = [env.reset()[1]["seed"] for _ in range(3)]
    assert seeds[0] == 9
    assert len(set(seeds)) == 3
    assert [env.reset(seed=9)[1]["seed"], env.reset()[1]["seed"]] == seeds[:2]


def test_side_by_side_runs_are_those_of_their_seeds_alone():
    envs = view(envs=3)
    assert isinstance(envs, VectorEnv)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    actions = np.array([[0.5], [0.7], [0.9]])
    _, infos = envs.reset(seed=20)
    assert infos["seed"].tolist() == [20, 21, 22]
    alone = [played(view(), action, seed=20 + i) for i, action in enumerate(actions)]
    for t in range(6):
        seen, rewards, _, truncated, infos = envs.step(actions)
        for i, steps in enumerate(alone):
            np.testing.assert_array_equal(seen[i], steps[t][0])
            assert rewards[i] == steps[t][1]
        assert truncated.all() == (t == 5)
    assert infos["true"]["profit"]["all"].tolist() == rewards.tolist()
    assert envs.step(actions)[4]["round"].tolist() == [0, 0, 0]  # the next episodes begin


def test_side_by_side_runs_without_a_seed_are_not_the_same_run():
    _, infos = view(LENDING | {"seed": 4}, envs=3).reset()
    assert infos["seed"].tolist() == [4, 5, 6]


WRONG = {
    "no such number": (LENDING, {"action": "policy.a"}, "did you mean 'policy.at'"),
    "no number at all": (
        LENDING | {"policy": "break-even"},
        {"action": "policy.at"},
        "no number of policy break-even; there is only policy.explore|policy.explore,",
    ),
    "nothing to set": (LENDING | {"policy": "break-even"}, {}, "no threshold and no budget"),
    "not what is given": (BUDGET, {"action": "policy.share"}, "no number of policy budget"),
    "no limits": (BUDGET, {}, r"limits=\{'policy.cases': \(LOW, HIGH\)\}"),
    "its own outside": (BUDGET, {"limits": {"policy.cases": (0, 50)}}, "the scenario's own 90"),
    "a refused limit": (LENDING, {"limits": {"policy.at": (0, 2)}}, "policy.at = 2"),
    "weights for a yes": (LENDING, {"action": "weights"}, "weights are of scores of items"),
    "no action": (LENDING, {"action": []}, "must name what is set"),
    "no reward": (LENDING, {"reward": {}}, "must name a metric"),
    "no such reward": (LENDING, {"reward": "true.profi"}, "did you mean 'true.profit'"),
    "a reward of no ledger": (LENDING, {"reward": "profit"}, "no metric 'profit'"),
    "no observation": (LENDING, {"observe": []}, "must name a metric"),
    "no run": (LENDING, {"envs": 0}, "envs = 0: must be at least 1"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_call_says_what_is_allowed(how):
    plan, options, said = WRONG[how]
    with pytest.raises(InputError, match=said):
        view(plan, **options)


@pytest.mark.parametrize("action", [[1.5], [-0.1], [np.nan], [0.5, 0.5], 0.5])
def test_an_action_outside_of_its_limits_is_refused_before_the_round(action):
    env = view()
    env.reset()
    with pytest.raises(InputError, match=r"must be 1 numbers: policy.at in \[0, 1\]"):
        env.step(action)
    assert env.simulation.t == 0


def test_a_scenario_may_be_a_file_with_changes():
    file = Path(loopsim.__file__).parents[1] / "scenarios" / "lending" / "parity.yaml"
    changes = {"environment.people": 300, "policy": {"kind": "threshold", "at": 0.8}}
    assert loopsim.gym(file, set=changes).own == [0.8]


def test_without_gymnasium_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "gymnasium":
            raise ModuleNotFoundError("No module named 'gymnasium'", name="gymnasium")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "loopsim.steering.env", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'loopsim-lab\[gym\]'"):
        view()

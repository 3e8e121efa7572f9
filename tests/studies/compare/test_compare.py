"""Arms, conditions and seeds, in whole runs."""

import json

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError, ScenarioError
from loopsim.studies.compare.stress import BASE
from loopsim.twins.statistics import paired_t

PLAN = {
    "name": "often",
    "seed": 3,
    "rounds": 8,
    "environment": {"kind": "lending", "people": 800, "apply": 0.5},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}},
}
OFTEN = loopsim.Scenario.parse(PLAN)
NEVER = loopsim.Scenario.parse(PLAN, {"name": "never", "training.rule": "never"})
POOR = loopsim.Scenario.parse(PLAN, {"name": "poor", "policy": "nobody"})


@pytest.fixture(scope="module")
def result():
    return loopsim.compare(
        [OFTEN, NEVER, POOR],
        "true.profit - 0.001*cost.refits",
        seeds=3,
        stress={"noisy": {"labels.noise": 0.2}},
        metrics=["true.auc"],
        workers=1,
    )


def test_every_arm_runs_under_every_condition_with_the_same_seeds(result):
    assert len(result.runs) == 3 * 2 * 3 and result.seeds == (3, 4, 5)
    assert result.conditions == (BASE, "noisy") and len(result.pairs) == 6


def test_a_run_is_the_scenarios_own(result):
    sim = loopsim.Simulation(OFTEN.replace(seed=4)).run()
    row = result.runs.query("arm == 'often' and seed == 4 and condition == @BASE").iloc[0]
    assert row["true.auc"] == np.nanmean(sim.series.values("true", "auc"))
    assert row["cost.refits"] * 8 == 3 and row["cost.decisions"] * 8 == sim.decisions
    labels = sim.series.values("observed", "labels")  # of the last four rounds
    assert row["cost.labels"] * 8 == pytest.approx(labels[3] + labels[7])
    assert row["objective"] == pytest.approx(row["true.profit"] - 0.001 * 3 / 8)


def test_differences_are_in_pairs_over_seeds(result):
    pair = result.pairs.query("arm == 'often' and rival == 'poor' and condition == @BASE").iloc[0]
    difference = result.of(BASE, "often") - result.of(BASE, "poor")
    assert tuple(pair[["effect", "low", "high"]]) == paired_t(difference)


def test_nobody_gets_a_yes_earns_nothing(result):
    assert result.of(BASE, "poor", "true.profit").tolist() == [0.0] * 3
    assert result.means(BASE).idxmax() != "poor"


def test_what_differs_from_the_first_arm_is_told(result):
    assert result.differs["never"] == {"training.rule.kind": "never", "training.rule.rounds": None}
    assert result.differs["poor"]["policy.kind"] == "nobody"


def test_the_figures_do_not_depend_on_the_workers(result):
    again = loopsim.compare(
        [OFTEN, NEVER], "true.profit - 0.001*cost.refits", seeds=3, metrics=["true.auc"], workers=2
    )
    mine = result.runs.query("condition == @BASE and arm != 'poor'").reset_index(drop=True)
    assert mine.equals(again.runs)


def test_only_the_last_rounds_count_if_so_asked():
    late = loopsim.compare([OFTEN, NEVER], "true.auc", seeds=2, last=2, workers=1)
    sim = loopsim.Simulation(OFTEN).run()
    assert late.of(BASE, "often")[0] == sim.series.values("true", "auc")[-2:].mean()
    assert late.rounds == 2


def test_a_scenario_against_itself_cannot_be_told(tmp_path):
    same = loopsim.compare([OFTEN, OFTEN], seeds=2, workers=1)
    assert same.arms == ("often", "often-2") and same.objective == "true.profit"
    assert same.verdict.winner is None and "same in every seed" in same.verdict.text
    assert same.differs == {"often-2": {}}


def test_the_picture_and_the_plain_values(result, tmp_path):
    assert result.figure(tmp_path / "c.png").stat().st_size > 10_000
    told = json.loads(json.dumps(result.to_dict()))
    assert told["comparisons"] == 6 and told["verdict"]["text"] == result.verdict.text
    assert {row["arm"] for row in told["means"]} == {"often", "never", "poor"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"scenarios": [OFTEN]}, "1 scenario to compare"),
        ({"seeds": 1}, "must be at least 2"),
        ({"workers": 0}, "workers = 0"),
        ({"last": 0}, "last = 0"),
        ({"scenarios": [OFTEN, NEVER.replace(rounds=9)]}, "often has 8, never has 9"),
        ({"objective": "true.proft"}, "no figure 'true.proft'.*did you mean 'true.profit'"),
        ({"objective": "cost.refit"}, "did you mean 'cost.refits'"),
        ({"objective": "true.auc[blak]"}, "did you mean 'black'"),
        ({"objective": "true.profit **2"}, "not understood"),
        ({"metrics": ["true.aucc"]}, "did you mean 'true.auc'"),
        ({"stress": {"x": {"labels.noyse": 1}}}, "stress x, often: .*labels.noyse"),
        ({"stress": {"x": {"rounds": 3}}}, "rounds must stay"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(call, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        loopsim.compare(**({"scenarios": [OFTEN, NEVER], "workers": 1} | call))


def test_a_file_is_as_good_as_a_scenario(tmp_path):
    with pytest.raises(ScenarioError, match="no such file"):
        loopsim.compare([tmp_path / "a.yaml", tmp_path / "b.yaml"])

"""A candidate that serves some of the people before it serves all of them."""

import json

import numpy as np
import pytest

import loopsim
from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.errors import ScenarioError
from loopsim.retraining.canary import Canary, serves
from loopsim.retraining.gate import Trial, Verdict
from loopsim.retraining.gates.canary import CanaryGate


def plan(gate=None, **changes):
    return loopsim.Scenario.parse(
        {
            "name": "canary",
            "rounds": 14,
            "environment": {"kind": "lending", "people": 3000, "apply": 0.5},
            "training": {
                "rule": {"kind": "every", "rounds": 6},
                "history": {"rows": 300},
                "gate": {"kind": "canary", "share": 0.3, "rounds": 3, **(gate or {})},
            },
            "log": {"checkpoint": 4},
        },
        changes,
    )


def happened(run):
    return list(zip(run.events()["round"], run.events()["kind"], strict=True))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return loopsim.run(plan(), out=tmp_path_factory.mktemp("canary") / "run")


def test_the_same_people_are_served_in_every_round(run):
    rows = run.predictions(["round", "version", "id"])
    both = rows[rows["round"].isin([6, 7, 8])]
    assert set(both["version"]) == {1, 2}
    assert both.groupby("id")["version"].nunique().max() == 1
    assert (both["version"] == 2).mean() == pytest.approx(0.3, abs=0.03)
    others = rows[~rows["round"].isin([6, 7, 8, 12, 13])]
    assert others.groupby("round")["version"].nunique().max() == 1


def test_who_is_served_grows_with_the_share_and_differs_by_candidate():
    ids, draws = np.arange(5000), Draws(3)
    few, more = serves(draws, 6, 0.1, ids), serves(draws, 6, 0.3, ids)
    assert (few <= more).all() and few.sum() < more.sum()
    assert (serves(draws, 12, 0.1, ids) != few).any()


def test_each_arm_is_scored_by_its_own_model(run):
    rows = run.predictions()
    rows = rows[rows["round"] == 7]
    for version in (1, 2):
        mine = rows[rows["version"] == version]
        scores = run.model(version).score(mine[["feature_score"]].to_numpy(dtype=float))
        np.testing.assert_allclose(mine["score"], scores, atol=1e-6)


def test_it_goes_live_with_its_number_and_the_record_says_what_was_seen(run):
    assert happened(run)[:4] == [(0, "retrained"), (6, "waiting"), (6, "canary"), (9, "retrained")]
    record = run.lineage().version(2)
    assert record["live"] == 9 and record["fitted"] == 6 and record["parent"] == 1
    assert record["canary"] == {"since": 6, "until": 9, "share": 0.3}
    figures = record["gate"]["figures"]
    assert figures["rounds"] == 3 and figures["low"] <= figures["lead"] <= figures["high"]


def test_the_figures_of_the_arms_are_those_of_the_log(run):
    figures = run.lineage().version(2)["gate"]["figures"]
    rows = run.predictions(["prediction_id", "round", "version", "action"])
    rows = rows[rows["round"].between(6, 8)]
    labels = run.feedback()
    seen = labels[labels["revealed"] <= 9].merge(rows)
    world = run.scenario.environment.build(run.scenario.strengths())
    worth = np.where(seen["label"] == 1, world.money.gain, -world.money.loss) - world.money.label
    seen["worth"] = np.where(seen["action"] == 1, worth, 0.0)
    for version, arm in ((1, "champion"), (2, "candidate")):
        decisions = int((rows["version"] == version).sum())
        mine = seen[seen["version"] == version]
        assert figures["decisions"][arm] == decisions and figures["labels"][arm] == len(mine)
        assert figures[arm] == pytest.approx(mine["worth"].sum() / decisions)
    assert figures["lead"] == pytest.approx(figures["candidate"] - figures["champion"])


def test_rows_are_counted_by_the_arm_that_let_them_in(run):
    rows = run.feedback().merge(run.predictions(["prediction_id", "round", "version"]))
    record = run.lineage().version(3)
    mine = rows[rows["revealed"] <= record["fitted"]]
    assert record["data"]["by_version"] == {
        str(v): n for v, n in sorted(mine["version"].value_counts().items())
    }


def test_a_worse_candidate_is_withdrawn_and_its_number_is_spent(tmp_path):
    run = loopsim.run(plan({"margin": 0.5}), out=tmp_path / "run")
    kinds = [kind for _, kind in happened(run)]
    assert kinds[:4] == ["retrained", "waiting", "canary", "kept"]
    assert happened(run)[3][0] < 9  # at once, not at the end
    assert run.simulation is None and set(run.predictions()["version"]) >= {1, 2}
    record = run.lineage().version(2)
    assert record["live"] is None and record["gate"]["answer"] == "refuse"
    assert record["canary"]["until"] == happened(run)[3][0]
    assert "withdrawn" in run.events()["reason"].iloc[3]
    assert run.lineage().live_at(13) == 1
    rows = run.predictions()
    assert set(rows[rows["round"] == 12]["version"]) == {1, 3}  # a later one has the next number


def test_a_canary_that_nobody_waits_for_changes_nothing():
    none = loopsim.run(plan(**{"training.gate": "none"}), out=False)
    rule = {"training.rule": "never"}
    one, two = (
        loopsim.run(plan(**rule | gate), out=False) for gate in ({}, {"training.gate": "none"})
    )
    assert one.metrics().equals(two.metrics())
    assert len(none.simulation.versions) == 3


def test_a_run_is_resumed_in_the_middle_of_a_canary(tmp_path, run):
    class Stop:
        def on_labels(self, sim, t, batch):
            if t == 8:
                assert sim.canary is not None
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loopsim.run(plan(**{"log.checkpoint": 1}), out=tmp_path / "run", observers=[Stop()])
    again = loopsim.resume(tmp_path / "run")
    assert again.predictions().equals(run.predictions())
    for number in (1, 2, 3):
        one, other = (r.lineage().version(number) for r in (run, again))
        assert one == other


def test_a_rollback_ends_a_canary():
    rule = {"kind": "rollback", "when": {"kind": "incident", "at": [13]},
            "rule": {"kind": "every", "rounds": 6}}  # fmt: skip
    sim = loopsim.Simulation(plan(**{"training.rule": rule})).run()
    kinds = [(e["round"], e["kind"]) for e in sim.events]
    assert kinds[-2:] == [(13, "kept"), (13, "rolled-back")]
    assert sim.canary is None and sim.pending is None
    assert sim.versions[-1].origin["model_of"] == 1 and sim.versions[-1].number == 4


def test_a_newer_candidate_ends_a_canary():
    sim = loopsim.Simulation(plan({"rounds": 9})).run()
    kinds = [(e["round"], e["kind"]) for e in sim.events]
    assert kinds[2:5] == [(6, "canary"), (12, "kept"), (12, "waiting")]
    assert [v.live for v in sim.versions] == [True, False, False]
    assert sim.versions[1].origin["canary"]["until"] == 12


def gate(**settings):
    made = {"share": 0.2, "rounds": 4, "metric": "profit", "margin": 0.0, "confidence": 0.95,
            "minimum": 10, "unsure": "admit", "gate": Fixed("admit")}  # fmt: skip
    return CanaryGate(**made | settings)


class Fixed:
    def __init__(self, answer):
        self.answer = answer

    def admit(self, trial):
        return Verdict(self.answer, "as told")


def trial(t=10, since=6, sums=None):
    canary = None
    if sums is not None:
        canary = Canary(2, 6, since, 0.2, Draws(0), Money())
        canary.sums[:] = sums
    none = np.empty(0)
    return Trial(t, 6, None, None, none, none, ("a",), Draws(0), Money(), canary)


def arms(champion, candidate, n=400):
    """Sums of two arms whose profits have a mean and an sd of .5."""
    return [
        [n, n, n * mean, n * (0.25 + mean**2), -0.1 * n, 0.02 * n, 0.9 * n, 0.9 * n]
        for mean in (champion, candidate)
    ]


@pytest.mark.parametrize("answer", ["wait", "refuse"])
def test_the_gate_inside_comes_first(answer):
    assert gate(gate=Fixed(answer)).admit(trial()) == Verdict(answer, "as told")
    begins = gate().admit(trial())
    assert begins.answer == "wait" and begins.share == 0.2


@pytest.mark.parametrize(
    ("candidate", "t", "answer"),
    [
        (0.30, 10, "admit"),
        (0.00, 10, "refuse"),
        (0.11, 10, "admit"),  # cannot tell, and unsure admits
        (0.30, 8, "wait"),
        (0.11, 8, "wait"),
        (-0.3, 7, "refuse"),
    ],
)
def test_arms_are_compared_by_their_interval(candidate, t, answer):
    assert gate().admit(trial(t, sums=arms(0.1, candidate))).answer == answer


def test_the_interval_is_welchs_and_wider_before_the_end():
    made = gate().admit(trial(10, sums=arms(0.1, 0.2))).figures
    error = np.sqrt(2 * 0.25 / 399)
    assert made["high"] - made["lead"] == pytest.approx(1.959964 * error)
    early = gate().admit(trial(8, sums=arms(0.1, 0.2))).figures
    assert early["high"] - early["lead"] == pytest.approx(2.497705 * error)


def test_few_cases_cannot_tell():
    few = arms(0.1, 0.9, n=5)
    assert gate().admit(trial(8, sums=few)).answer == "wait"
    assert gate(unsure="refuse").admit(trial(10, sums=few)).answer == "refuse"
    json.dumps(gate().admit(trial(10, sums=few)).figures)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share": 1.0}, "share"),
        ({"share": 0}, "share"),
        ({"rounds": 0}, "rounds"),
        ({"metric": "auc"}, "metric"),
        ({"gate": {"kind": "better"}}, "training.holdout"),
        ({"gate": "bettr"}, "did you mean 'better'"),
    ],
)
def test_bad_settings_are_told(changes, message):
    with pytest.raises(ScenarioError, match=message):
        plan(changes)


def test_a_world_of_slates_has_no_canary():
    with pytest.raises(ScenarioError, match="slates"):
        loopsim.Scenario.parse(
            {
                "name": "slates",
                "environment": {"kind": "recommender"},
                "model": "popularity",
                "policy": "top-k",
                "training": {"gate": "canary"},
            }
        )

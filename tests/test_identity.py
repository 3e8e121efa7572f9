"""Predictions that lose their id or their version: what is joined, learned from, and seen."""

import numpy as np
import pytest

import loopsim
from loopsim.cases import ENTITY_BITS
from loopsim.draws import Draws
from loopsim.errors import InputError, ScenarioError
from loopsim.identity import Losses
from loopsim.report import write
from loopsim.scenario_identity import Identity


def plan(identity=None, **changes):
    return loopsim.Scenario.parse(
        {
            "name": "identity",
            "rounds": 10,
            "environment": {"kind": "lending", "people": 3000, "apply": 0.5},
            "training": {
                "rule": {"kind": "every", "rounds": 4},
                "window": "all",
                "history": {"rows": 300},
            },
            "log": {"checkpoint": 4},
            **({} if identity is None else {"identity": identity}),
        },
        changes,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("identity")
    lossy = {"lost": {"black": 0.5, "white": 0.1}, "wrong_version": 0.2}
    return [loopsim.run(plan(x), out=folder / str(i)) for i, x in enumerate((None, lossy))]


def test_nothing_lost_is_the_same_run(runs):
    whole, _ = runs
    none = loopsim.run(plan({"lost": {"black": 0.0}, "wrong_version": 0}), out=False)
    assert none.simulation.losses is None
    assert none.metrics().equals(whole.metrics())


def test_before_the_first_refit_the_truth_keeps_all(runs):
    whole, lossy = runs
    for metric in ("approval", "precision", "auc"):
        one, other = (run.metric("true", metric) for run in runs)
        np.testing.assert_array_equal(one[:4], other[:4])
    assert "lost" not in set(whole.metrics()["metric"])
    assert (lossy.metric("true", "auc")[4:] != whole.metric("true", "auc")[4:]).any()


def test_ids_are_lost_at_the_shares_of_the_groups(runs):
    rows = runs[1].predictions()
    lost = rows["prediction_id"].isna()
    assert (lost == rows["id"].isna()).all()
    shares = lost.groupby(rows["group"], observed=True).mean()
    assert shares["black"] == pytest.approx(0.5, abs=0.05)
    assert shares["white"] == pytest.approx(0.1, abs=0.02)
    assert shares["asian"] == shares["hispanic"] == 0
    for group, share in shares.items():
        weights = rows[rows["group"] == group].groupby("round").size()
        true = np.average(runs[1].metric("true", "lost", group), weights=weights)
        assert true == pytest.approx(share)


def test_their_labels_come_and_join_with_nothing(runs):
    lossy = runs[1]
    feedback, rows = lossy.feedback(), lossy.predictions(["prediction_id"])
    early = [run.feedback().query("revealed < 4")["prediction_id"].tolist() for run in runs]
    assert early[0] == early[1]
    known = feedback["prediction_id"].isin(rows["prediction_id"].dropna().astype(np.int64))
    window = lossy.scenario.observed.window
    late = feedback["revealed"] > 9 - window
    assert lossy.metric("observed", "unjoinable")[9] == pytest.approx(1 - known[late].mean())
    assert lossy.metric("observed", "labels")[9] == known[late].sum()


def test_no_fit_reads_what_cannot_be_joined(runs):
    lossy = runs[1]
    rows = lossy.predictions(["prediction_id"]).dropna().astype(np.int64)
    joined = lossy.feedback().merge(rows)
    for record in lossy.lineage().versions[1:]:
        assert record["rows"] == (joined["revealed"] <= record["fitted"]).sum()


def test_versions_are_wrong_at_their_share_and_only_after_another_one(runs):
    lossy = runs[1]
    rows = lossy.predictions(["round", "version", "id"]).dropna()
    truly = lossy.lineage().scored_by(rows)
    wrong = rows["version"].to_numpy() != truly
    assert not wrong[rows["round"] < 4].any()
    assert wrong[rows["round"] >= 4].mean() == pytest.approx(0.2, abs=0.02)
    assert (rows["version"].to_numpy()[wrong] == truly[wrong] - 1).all()


def test_the_performance_of_versions_is_blurred(runs):
    table = runs[1].lineage().performance().set_index("version")
    assert table["served"].sum() == table["logged"].sum()
    assert table.loc[1, "logged"] > table.loc[1, "served"]
    same = runs[0].lineage().performance()
    assert (same["served"] == same["logged"]).all()
    np.testing.assert_allclose(same["brier_served"], same["brier_logged"])


def test_one_answer_can_be_the_only_one_that_is_lost(tmp_path):
    run = loopsim.run(plan({"lost": 0.5, "answer": "no"}), out=tmp_path / "run")
    rows = run.predictions(["prediction_id", "action"])
    lost = rows["prediction_id"].isna().groupby(rows["action"]).mean()
    assert lost[1] == 0 and lost[0] == pytest.approx(0.5, abs=0.03)
    assert run.metric("observed", "unjoinable")[9] == 0  # refusals have no labels to lose


def test_draws_are_keyed_to_the_prediction():
    losses = Losses.of(Identity(lost=0.3), ("a",), Draws(1), 4)
    ids, group, action = np.arange(4000), np.zeros(4000, np.int8), np.ones(4000, np.int8)
    lost = losses.lost(3, ids, group, action)
    assert lost.mean() == pytest.approx(0.3, abs=0.03)
    np.testing.assert_array_equal(losses.lost(3, ids[::2], group[::2], action[::2]), lost[::2])
    assert (losses.lost(4, ids, group, action) != lost).any()


def test_a_killed_run_resumes_to_the_same_log(runs, tmp_path):
    class Stop:
        def on_labels(self, sim, t, batch):
            if t == 6:
                raise KeyboardInterrupt

    lossy = runs[1]
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(lossy.scenario, out=tmp_path / "run", observers=[Stop()])
    again = loopsim.resume(tmp_path / "run")
    assert again.predictions().equals(lossy.predictions())
    assert again.metrics().equals(lossy.metrics())


def test_a_canary_is_judged_by_the_log(tmp_path):
    canary = {"kind": "canary", "share": 0.5, "rounds": 3}
    gate = {"training.gate": canary, "training.rule.rounds": 5}
    run = loopsim.run(plan({"wrong_version": 0.3}, **gate), out=tmp_path / "run")
    figures = run.lineage().version(2)["gate"]["figures"]
    rows = run.predictions(["prediction_id", "round", "version"])
    rows = rows[rows["round"].between(5, 7)]
    labels = run.feedback().query("revealed <= 8").merge(rows)
    for version, arm in ((1, "champion"), (2, "candidate")):
        assert figures["decisions"][arm] == (rows["version"] == version).sum()
        assert figures["labels"][arm] == (labels["version"] == version).sum()
    wrong = rows["version"].to_numpy() != run.lineage().scored_by(
        run.predictions(["round", "id"]).loc[rows.index]
    )
    assert wrong.mean() == pytest.approx(0.3, abs=0.03)


def test_a_lost_prediction_is_not_found_by_its_id(runs):
    lossy = runs[1]
    labels = lossy.feedback()["prediction_id"]
    known = set(lossy.predictions(["prediction_id"])["prediction_id"].dropna())
    orphan = int(next(i for i in labels if i not in known))
    assert orphan >> ENTITY_BITS < 10
    with pytest.raises(InputError, match="no such prediction_id"):
        lossy.lineage().prediction(orphan)


def test_the_page_shows_what_was_lost(runs):
    whole, lossy = (write(run.folder).read_text() for run in runs)
    assert "Lost identity" in lossy and "Which version was it?" in lossy
    assert "Lost identity" not in whole and "Which version was it?" not in whole


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ({"lost": 1.5}, "identity.lost"),
        ({"lost": {"blak": 0.1}}, "did you mean 'black'"),
        ({"lost": {"black": -0.1}}, "identity.lost"),
        ({"wrong_version": 2}, "identity.wrong_version"),
        ({"answer": "maybe"}, "identity.answer"),
        ({"losst": 0.1}, "did you mean 'lost'"),
    ],
)
def test_bad_settings_are_told(identity, message):
    with pytest.raises(ScenarioError, match=message):
        plan(identity)


def test_an_unknown_group_of_a_made_world_is_told():
    with pytest.raises(InputError, match=r"identity.lost.b: no such group"):
        Losses.of(Identity(lost={"b": 0.1}), ("a",), Draws(0), 4)

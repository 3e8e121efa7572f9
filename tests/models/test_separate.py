"""One model of early labels, one of delayed ones: which rows each reads, and what both say."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError, RunFolderError, ScenarioError
from loopsim.features import Schema
from loopsim.models.base import CannotFit, CannotSave, Origins
from loopsim.models.settings import Separate

SCHEMA = Schema(("a", "b"))
USES = ("aggregated", "delayed", "feedback", "pooled")


def model(use="aggregated", delay=7, **settings):
    return Separate.model_validate({"use": use, "delay": delay, **settings}).build(SCHEMA)


def rows(n=80, seed=0):
    """The first half is nine rounds old, the other half one."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    y = (rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(np.int8)
    age = np.repeat([9, 1], n // 2)
    return x, y, Origins(age, np.where(age == 9, 7, 1), np.zeros(n, np.int8))


def test_each_part_reads_its_own_rows_and_the_mean_decides():
    x, y, origins = rows()
    fitted = {use: model(use).fit(x, y, None, 0, origins=origins) for use in USES}
    half = slice(0, 40), slice(40, 80)
    plain = [model().inner.fit(x[at], y[at], None, 0).score(x) for at in half]
    np.testing.assert_array_equal(fitted["delayed"].score(x), plain[0])
    np.testing.assert_array_equal(fitted["feedback"].score(x), plain[1])
    np.testing.assert_allclose(fitted["aggregated"].score(x), (plain[0] + plain[1]) / 2)
    whole = model().inner.fit(x, y, None, 0).score(x)
    np.testing.assert_array_equal(fitted["pooled"].score(x), whole)
    mostly = model(share=0.9).fit(x, y, None, 0, origins=origins).score(x)
    np.testing.assert_allclose(mostly, 0.1 * plain[0] + 0.9 * plain[1])


def test_a_part_with_one_class_leaves_the_other_alone_and_none_is_no_fit():
    x, y, origins = rows()
    y[40:] = 1
    late = model("delayed").fit(x, y, None, 0, origins=origins)
    both = model().fit(x, y, None, 0, origins=origins)
    np.testing.assert_array_equal(both.score(x), late.score(x))
    with pytest.raises(CannotFit, match="feedback: one class only"):
        model("feedback").fit(x, y, None, 0, origins=origins)
    with pytest.raises(CannotFit, match=r"delayed: one class only.*; feedback: one class only"):
        model().fit(x, np.ones_like(y), None, 0, origins=origins)


def test_weights_go_to_the_parts_or_are_refused_by_them():
    x, y, origins = rows()
    plain = model().fit(x, y, None, 0, origins=origins).score(x).mean()
    weights = np.where(y == 1, 50.0, 1.0)
    assert model().fit(x, y, weights, 0, origins=origins).score(x).mean() > plain + 0.1
    knn = {"kind": "estimator", "use": "sklearn.neighbors.KNeighborsClassifier"}
    assert not model(of=knn).takes_weights
    with pytest.raises(InputError, match="takes no weights"):
        model(of=knn).fit(x, y, weights, 0, origins=origins)


def test_before_the_first_fit_everybody_scores_as_the_part_says():
    assert (model(of={"kind": "logistic", "before": 0.3}).score(rows()[0]) == 0.3).all()
    with pytest.raises(CannotSave):
        model().save("nowhere")


TREE = {"kind": "estimator", "use": "sklearn.tree.DecisionTreeClassifier"}


@pytest.mark.parametrize("use", ["aggregated", "pooled"])
def test_a_saved_model_scores_the_same_and_has_the_same_bytes(use, tmp_path):
    x, y, origins = rows()
    fitted = model(use, of=TREE).fit(x, y, None, 0, origins=origins)
    fitted.save(tmp_path / "one")
    fitted.save(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    again = model(use, of=TREE).load(tmp_path / "one")
    np.testing.assert_array_equal(again.score(x), fitted.score(x))


def test_a_file_that_is_no_such_model_is_refused(tmp_path):
    (tmp_path / "junk").write_bytes(b"no model")
    with pytest.raises(RunFolderError, match="not a saved separate model"):
        model().load(tmp_path / "junk")
    x, y, origins = rows()
    model("pooled").fit(x, y, None, 0, origins=origins).save(tmp_path / "pooled")
    with pytest.raises(RunFolderError, match="no part of a saved separate model"):
        model().load(tmp_path / "pooled")


FRAUD = {
    "name": "separate",
    "rounds": 6,
    "environment": {"kind": "fraud", "customers": 300, "terminals": 300, "stolen": 0.02},
    "model": {"kind": "separate"},
    "policy": {"kind": "alert-budget", "cards": 10},
    "labels": {"delay": {"kind": "fixed", "rounds": 7}},
    "training": {"rule": {"kind": "every", "rounds": 1}, "history": {"rounds": 8, "rows": 4000}},
}


def test_in_a_run_history_is_delayed_and_what_investigators_saw_is_feedback():
    plan = loopsim.Scenario.parse(FRAUD, {"rounds": 10, "training.minimum": 2})
    sim = loopsim.Simulation(plan).run()
    parts = {version.round: sorted(version.model.parts) for version in sim.versions}
    assert parts[0] == ["delayed", "feedback"]  # eight days of history, and the delay is 7
    soon = [parts[t] for t in range(1, 7) if t in parts]
    assert soon and all(found == ["feedback"] for found in soon)
    assert parts[9] == ["delayed", "feedback"]


def test_resumed_it_goes_on_with_the_same_bytes(tmp_path):
    plan = loopsim.Scenario.parse(FRAUD)
    loopsim.run(plan, out=tmp_path / "run")
    state = loopsim.Simulation(plan).run(3).state()
    again = loopsim.Simulation.restored(plan, state, tmp_path / "run" / "models").run()
    for key, values in loopsim.Simulation(plan).run().state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"delay": 3}, "model.delay.*must be labels.delay.rounds = 7"),
        ({"of": "oracle"}, "model.of.*oracle is no model of a yes or a no that learns"),
        ({"of": "popularity"}, "model.of.*popularity is no model of a yes or a no"),
        ({"of": "logistik"}, "model.of.*did you mean 'logistic'"),
        ({"share": 2}, "model.share"),
        (
            {
                "of": {
                    "kind": "estimator",
                    "use": "sklearn.linear_model.SGDClassifier",
                    "parameters": {"loss": "log_loss"},
                    "incremental": True,
                }
            },
            "model.of.incremental.*must be false",
        ),
    ],
)
def test_what_cannot_work_is_told_before_anything_runs(settings, said):
    with pytest.raises(ScenarioError, match=said):
        loopsim.Scenario.parse(FRAUD | {"model": {"kind": "separate", **settings}})

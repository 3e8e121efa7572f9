"""A whole simulation: what holds from the scenario to the last round, whatever the parts."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError


def plan(**sections):
    """A small lending scenario with other sections."""
    base = {
        "name": "whole",
        "rounds": 8,
        "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
        "labels": {"delay": {"kind": "fixed", "rounds": 1}},
        "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}},
    }
    return loopsim.Scenario.parse(base | sections)


def same(one, other):
    """Whether two runs have the same figures and the same people."""
    for key, values in one.state().items():
        if key != "counters" and not key.startswith("dashboard"):
            np.testing.assert_array_equal(values, other.state()[key], err_msg=key)


def test_no_label_ever_comes_back_where_all_are_lost():
    sim = loopsim.Simulation(plan(labels={"delay": {"kind": "fixed"}, "never": 1.0})).run()
    assert sim.log.pending == 0
    assert np.nansum(sim.series.values("observed", "labels")) == 0
    assert len(sim.versions) == 1
    assert {event["kind"] for event in sim.events} == {"retrained", "kept"}


def test_half_of_the_labels_are_lost_where_half_get_lost():
    whole, half = (
        loopsim.Simulation(plan(labels={"delay": {"kind": "fixed"}, "never": share})).run(1)
        for share in (0.0, 0.5)
    )
    assert half.log.pending / whole.log.pending == pytest.approx(0.5, abs=0.06)


class Refuses:
    """Learns on, but refuses its second batch."""

    name, incremental = "refuses", True

    def __init__(self):
        self.sizes = []

    def fit(self, features, labels, weights, random_state):
        self.sizes.append(len(labels))
        if len(self.sizes) == 3:
            from loopsim.models.base import CannotFit

            raise CannotFit("not today")
        return self

    def score(self, features):
        return np.full(len(features), 0.9)


def test_a_batch_that_was_refused_is_read_again_with_the_next():
    training = {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}}
    training["window"] = {"kind": "all"}
    sim = loopsim.Simulation(plan(training=training), start=False)
    sim.model = Refuses()
    sim.people = sim.world.populate(sim.draws)
    from loopsim.retraining.history import first_fit

    first_fit(sim)
    sim.run()
    labels = sim.series.values("observed", "labels")
    assert np.isfinite(labels).all()
    history, first, refused, after = sim.model.sizes
    assert history == 300
    decided = sum(len(block.label[block.due <= 6]) for block in sim.memory._blocks)
    assert first + after == decided
    assert refused < after


@pytest.mark.parametrize(
    ("training", "path"),
    [
        ({"weights": "inverse-propensity"}, "training.weights"),
        ({"reject_inference": "fuzzy"}, "training.reject_inference"),
        ({"reject_inference": "reweighting"}, "training.reject_inference"),
    ],
)
def test_a_model_that_takes_no_weights_is_told_before_anything_has_run(training, path):
    use = "sklearn.neighbors.KNeighborsClassifier"
    model = {"kind": "estimator", "use": use}
    with pytest.raises(InputError, match=path.replace(".", r"\.")) as caught:
        loopsim.Simulation(plan(model=model, training=training))
    assert "KNeighbors" in str(caught.value) and "hard-cutoff" in str(caught.value)


def test_inverse_propensities_change_nothing_where_every_label_is_seen():
    policy = {"kind": "break-even", "explore": 0.2}
    cut = {"loops": {"outcome": "cut"}, "policy": policy}
    training = {"rule": {"kind": "every", "rounds": 2}, "history": {"rows": 300}}
    weighted = plan(**cut, training=training | {"weights": "inverse-propensity"})
    same(
        loopsim.Simulation(plan(**cut, training=training)).run(), loopsim.Simulation(weighted).run()
    )


def test_inverse_propensities_bring_the_training_rows_back_to_the_applicants():
    """Sum of weights of the labelled: as many as there were cases, within sampling error."""
    from loopsim.retraining.rows import training_rows

    scenario = plan(
        policy={"kind": "break-even", "explore": 0.3, "explore_yes": 0.5},
        training={"weights": "inverse-propensity", "window": {"kind": "all"}},
    )
    sim = loopsim.Simulation(scenario).run()
    features, _, weights = training_rows(sim.memory.known(7), scenario.training, np.ones(1))
    mean = np.average(features[:, 0], weights=weights)
    everybody = sim.people["carried"][:, 0].mean()
    spread = sim.people["carried"][:, 0].std() / np.sqrt(weights.sum() ** 2 / (weights**2).sum())
    assert abs(features[:, 0].mean() - everybody) > 5 * spread
    assert abs(mean - everybody) < 5 * spread

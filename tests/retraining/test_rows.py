"""The rows of a fit, worked out by hand."""

import numpy as np
import pytest

from loopsim.feedback import FAR
from loopsim.memory import Rows
from loopsim.retraining.rows import training_rows
from loopsim.scenario import Training


def rows(label, score, propensity=None):
    n = len(label)
    features = np.arange(n, dtype=float)[:, None]
    label = np.array(label, np.int8)
    ids, score = np.arange(n), np.array(score, float)
    propensity = np.ones(n) if propensity is None else np.array(propensity, float)
    due = np.where(label < 2, ids, FAR)
    return Rows(
        features, label, due, ids.astype(np.int32), ids, np.zeros(n, np.int8),
        score, propensity, np.zeros(n), np.zeros(n, np.int8), features, label,
    )  # fmt: skip


def fit_rows(made, **how):
    return training_rows(made, Training.model_validate(how), np.ones(1))


def test_by_default_labelled_rows_enter_unweighted():
    x, y, w = fit_rows(rows([1, 2, 0], [0.9, 0.5, 0.1]))
    assert x.ravel().tolist() == [0, 2] and y.tolist() == [1, 0] and w is None


def test_weights_are_one_over_propensity_up_to_their_ceiling():
    made = rows([1, 0, 1, 2], [0.5] * 4, [0.5, 0.1, 0.01, 0.2])
    _, y, w = fit_rows(made, weights="inverse-propensity", max_weight=20)
    assert y.tolist() == [1, 0, 1]
    np.testing.assert_allclose(w, [2, 10, 20])


def test_propensities_of_one_need_no_weights():
    assert fit_rows(rows([1, 0], [0.5, 0.5]), weights="inverse-propensity")[2] is None


def test_fuzzy_enters_each_unknown_case_as_good_and_as_bad_with_the_scores_weights():
    x, y, w = fit_rows(rows([1, 2, 0, 2], [0.9, 0.3, 0.1, 0.8]), reject_inference="fuzzy")
    assert x.ravel().tolist() == [0, 2, 1, 3, 1, 3]
    assert y.tolist() == [1, 0, 1, 1, 0, 0]
    np.testing.assert_allclose(w, [1, 1, 0.3, 0.8, 0.7, 0.2])
    assert w.sum() == pytest.approx(4)


def test_hard_cutoff_gives_each_unknown_case_its_likelier_label():
    x, y, w = fit_rows(rows([0, 2, 1, 2], [0.9, 0.3, 0.1, 0.8]), reject_inference="hard-cutoff")
    assert x.ravel().tolist() == [0, 1, 2, 3]
    assert y.tolist() == [0, 0, 1, 1] and w is None


def test_reweighting_lets_labelled_rows_stand_for_all_of_their_decile():
    score = (np.arange(40) + 0.5) / 40  # four rows a decile
    label = np.ones(40, np.int8)
    label[1::2] = 2  # half of each decile is unknown ...
    label[:3] = 2, 2, 2
    label[3] = 0  # ... but in the lowest one is known
    _, y, w = fit_rows(rows(label, score), reject_inference="reweighting")
    assert w[y == 0].tolist() == [4.0]
    assert set(w[y == 1]) == {2.0}
    assert w.sum() == pytest.approx(40)


def test_the_two_corrections_multiply():
    made = rows([1, 2] * 10, np.repeat((np.arange(10) + 0.5) / 10, 2), [0.5] * 20)
    _, _, w = fit_rows(made, weights="inverse-propensity", reject_inference="reweighting")
    np.testing.assert_allclose(w, 4.0)


def test_reweighting_keeps_to_the_ceiling():
    label = np.full(40, 2, np.int8)
    label[::20] = 1
    made = rows(label, np.full(40, 0.5))
    _, _, w = fit_rows(made, reject_inference="reweighting")
    np.testing.assert_allclose(w, 40 / 2)
    _, _, w = fit_rows(made, reject_inference="reweighting", max_weight=3)
    np.testing.assert_allclose(w, 3)


def test_inferred_labels_have_weight_one_beside_inverse_propensities():
    made = rows([1, 2], [0.5, 0.9], [0.5, 0.1])
    _, y, w = fit_rows(made, weights="inverse-propensity", reject_inference="hard-cutoff")
    assert y.tolist() == [1, 1] and w.tolist() == [2.0, 1.0]

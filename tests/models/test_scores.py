"""What an estimator answers is checked before it is believed."""

import numpy as np
import pytest

from loopsim.models.scores import WrongScore, answered, checked, good_column


class Answers:
    def __init__(self, probabilities, classes=None):
        self.probabilities = np.array(probabilities)
        if classes is not None:
            self.classes_ = np.array(classes)

    def predict_proba(self, x):
        return self.probabilities


def test_the_column_of_the_good_class_is_found_by_its_name():
    swapped = Answers([[0.9, 0.1], [0.2, 0.8]], classes=[1, 0])
    assert answered(swapped, None, 2).tolist() == [0.9, 0.2]
    assert answered(Answers([[0.9, 0.1]]), None, 1).tolist() == [0.1]
    assert good_column(Answers([], classes=[False, True])) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Answers([[0.9, 0.1]], classes=[1, 2]), r"classes_ are \[.*1.*2.*\], not 0 and 1"),
        (Answers([[1.0]], classes=[1]), r"shape \(1, 1\), not \(1, 2\)"),
        (Answers([0.5]), r"shape \(1,\), not \(1, 2\)"),
        (Answers([["0.1", "0.9"]]), "not numbers"),
    ],
)
def test_answers_of_another_form_are_refused(given, message):
    with pytest.raises(WrongScore, match=message):
        answered(given, None, 1)


def test_rounding_is_clipped_and_nothing_more():
    x = np.zeros((2, 1))
    assert checked(np.array([1.0 + 1e-12, -1e-12]), x).tolist() == [1.0, 0.0]
    with pytest.raises(WrongScore, match=r"1 of 2 scores .* case 1: 1.0001"):
        checked(np.array([0.5, 1.0001]), x)


def test_a_missing_feature_is_pointed_at():
    with pytest.raises(WrongScore, match=r"case 1: nan .a feature of it is missing"):
        checked(np.array([0.5, np.nan]), np.array([[0.0], [np.nan]]))
    with pytest.raises(WrongScore, match=r"case 1: inf$"):
        checked(np.array([0.5, np.inf]), np.zeros((2, 1)))

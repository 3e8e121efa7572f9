"""Which cases go to the desk."""

from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.oversight.base import Reviews
from loopsim.oversight.routes import settings


@pytest.fixture
def cases():
    n, rng = 5000, np.random.default_rng(0)
    rows, scores = np.arange(n), rng.random(n)
    features = np.stack([scores, rng.exponential(100, n)], axis=1)
    features[:10, 1] = np.nan
    made = Cases(2, rows, rows, np.zeros(n, np.int8), features, scores=scores)
    made.actions = (scores > 0.6).astype(np.int8)
    return made


def send(kind, cases, seed=0, **parameters):
    priority = kind(**parameters).build(("score", "amount")).send(cases, Draws(seed))
    return np.flatnonzero(~np.isnan(priority)), priority


def test_all_and_none_are_what_they_say(cases):
    assert send(settings.Everything, cases)[0].size == len(cases)
    assert send(settings.Nothing, cases)[0].size == 0


def test_a_random_slice_ignores_the_score_and_is_keyed(cases):
    at, _ = send(settings.Slice, cases, share=0.2)
    assert at.size == pytest.approx(1000, abs=120)
    assert cases.scores[at].mean() == pytest.approx(0.5, abs=0.03)
    np.testing.assert_array_equal(at, send(settings.Slice, cases, share=0.2)[0])
    more = send(settings.Slice, cases, share=0.4)[0]
    assert set(at) < set(more)


def test_a_band_sends_its_scores_and_the_middle_first(cases):
    at, priority = send(settings.Band, cases, low=0.5, high=0.7)
    inside = (cases.scores >= 0.5) & (cases.scores <= 0.7)
    np.testing.assert_array_equal(at, np.flatnonzero(inside))
    best = at[np.argmax(priority[at])]
    assert abs(cases.scores[best] - 0.6) == np.abs(cases.scores[at] - 0.6).min()


def test_uncertainty_sends_the_share_nearest_to_its_point(cases):
    at, _ = send(settings.Uncertainty, cases, share=0.1, around=0.6)
    far = np.abs(cases.scores - 0.6)
    assert at.size == 500 and far[at].max() <= np.delete(far, at).min()


def test_equally_uncertain_cases_are_picked_by_keyed_draws_up_to_the_share(cases):
    cases.scores = np.full(len(cases), 0.7)
    one, _ = send(settings.Uncertainty, cases, share=0.1)
    other, _ = send(settings.Uncertainty, cases, share=0.1, seed=1)
    assert one.size == other.size == 500 and set(one) != set(other)


def test_stakes_sends_the_largest_amounts_and_missing_ones_last(cases):
    at, _ = send(settings.Stakes, cases, feature="amount", share=0.1)
    amount = cases.features[:, 1]
    assert at.size == 500 and amount[at].min() >= np.nanmax(np.delete(amount, at))
    assert send(settings.Stakes, cases, feature="amount", share=1.0)[0].size == len(cases)


def test_alerts_are_sent_by_their_advice_and_the_doubtful_first(cases):
    at, priority = send(settings.Advised, cases, answer="no")
    np.testing.assert_array_equal(at, np.flatnonzero(cases.actions == 0))
    assert cases.scores[np.nanargmax(priority)] == cases.scores[at].max()
    assert set(send(settings.Advised, cases, answer="yes")[0]).isdisjoint(at)


def test_deferring_sends_cases_in_which_the_advice_is_likelier_to_be_wrong(cases):
    at, priority = send(settings.Defer, cases, error=0.3)
    wrong = np.where(cases.actions == 1, 1 - cases.scores, cases.scores)
    np.testing.assert_array_equal(at, np.flatnonzero(wrong > 0.3))
    assert priority[at].max() == pytest.approx(wrong.max() - 0.3)


def test_deferring_learns_how_often_reviewers_err_from_labels_alone(cases):
    route = settings.Defer(error=0.3, weight=10).build(())
    before = np.flatnonzero(~np.isnan(route.send(cases, Draws(0)))).size
    at = np.arange(1000)
    none = np.zeros(at.size)
    reviews = Reviews(at, none.astype(np.int16), cases.actions[at], none, none == 0, none)
    route.see_reviews(cases, reviews)
    labels = SimpleNamespace(
        prediction_id=cases.prediction_id[:2000],
        label=np.where(np.arange(2000) % 20 == 0, 1 - cases.actions[:2000], cases.actions[:2000]),
        action=cases.actions[:2000],
        kind=np.zeros(2000, np.int8),
    )
    route.see_labels(3, labels)
    assert route.error == pytest.approx((3 + 50) / 1010)
    assert route.open.size == 0
    assert np.flatnonzero(~np.isnan(route.send(cases, Draws(0)))).size > before


def test_several_routes_send_what_any_does_in_their_order(cases):
    of = [{"kind": "random", "share": 0.1}, {"kind": "band", "low": 0.5, "high": 0.7}]
    at, priority = send(settings.Several, cases, of=of)
    slice_ = send(settings.Slice, cases, share=0.1)[0]
    band = send(settings.Band, cases, low=0.5, high=0.7)[0]
    assert set(at) == set(slice_) | set(band)
    rest = np.setdiff1d(band, slice_)
    assert priority[slice_].min() > priority[rest].max()


def test_a_band_the_wrong_way_round_is_told():
    with pytest.raises(ValidationError, match=r"low = 0.7 must be below high = 0.3"):
        settings.Band(low=0.7, high=0.3)

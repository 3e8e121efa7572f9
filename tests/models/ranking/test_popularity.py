"""The share of clicks an item got."""

import numpy as np
import pytest

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotSave
from loopsim.models.ranking.content import Content
from loopsim.models.ranking.popularity import Popularity


def test_the_rate_is_clicks_over_impressions_drawn_to_the_mean(market):
    fitted = market.fit(Popularity(prior=10.0), market.weights)
    items, w, y = market.interactions.items, market.weights, market.labels
    mean = np.average(y, weights=w)
    for item in range(market.items):
        at = items == item
        rate = ((w * y)[at].sum() + 10 * mean) / (w[at].sum() + 10)
        assert fitted.learnt["rate"][item] == pytest.approx(rate)
    assert market.scores(fitted, catalogue=market.grown())[:, -3:] == pytest.approx(mean)


def test_a_file_of_another_model_is_refused(market, tmp_path):
    market.fit(Popularity()).save(tmp_path / "one")
    with pytest.raises(RunFolderError, match="not a model of the kind content"):
        Content().load(tmp_path / "one")
    with pytest.raises(CannotSave, match="not been fitted"):
        Content().save(tmp_path / "two")

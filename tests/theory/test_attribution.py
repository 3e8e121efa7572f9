"""A measured attribution is the one that a closed form gives."""

import numpy as np
import pytest

import loopsim

A, B, C = 0.5, 0.25, 2.0  # of the feature, sampling and outcome loops


def test_a_product_of_loops_is_shared_out_as_its_closed_form_says(theory):
    plan = theory.scenario({"kind": "theory-product", "by": (A, B, C)}, rounds=2)
    found = loopsim.attribute(plan, metrics=["true.product"], seeds=2, workers=1)
    shares = found.table.set_index("loop")
    three = A * B * C  # what three do together is shared by three, and handed to their pairs
    assert shares.loc["feature", "shapley"] == pytest.approx(A + A * B / 2 + A * C / 2 + three / 3)
    assert shares.loc["sampling", "shapley"] == pytest.approx(B + A * B / 2 + B * C / 2 + three / 3)
    assert shares.loc["outcome", "shapley"] == pytest.approx(C + A * C / 2 + B * C / 2 + three / 3)
    assert shares["alone"].to_dict() == pytest.approx(
        {"sampling": B, "outcome": C, "feature": A, "model": 0.0}
    )
    pairs = found.pairs.set_index(["loop", "other"])["interaction"]
    assert pairs["sampling", "outcome"] == pytest.approx(B * C + three / 3)
    assert pairs["sampling", "feature"] == pytest.approx(A * B + three / 3)
    assert pairs["outcome", "feature"] == pytest.approx(A * C + three / 3)
    assert pairs["feature", "model"] == pytest.approx(0.0)
    total = (1 + A) * (1 + B) * (1 + C) - 1
    assert found.totals["total"].item() == pytest.approx(total)
    assert shares["share"].sum() == pytest.approx(1.0)


def test_drawn_orders_add_up_just_the_same(theory):
    plan = theory.scenario({"kind": "theory-product", "by": (A, B, C)}, rounds=2)
    found = loopsim.attribute(plan, metrics=["true.product"], seeds=4, workers=1, permutations=2)
    total = (1 + A) * (1 + B) * (1 + C) - 1
    assert found.shapley("true.product").sum(axis=1) == pytest.approx(np.full(4, total))
    parts = found.parts("true.product")
    assert np.triu(parts).sum(axis=(1, 2)) == pytest.approx(np.full(4, total))

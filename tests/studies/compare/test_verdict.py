"""A verdict says "cannot tell" when it cannot."""

import numpy as np
import pandas as pd
import pytest

from loopsim.studies.compare import Comparison
from loopsim.studies.compare.stress import BASE

NOISE = np.array([-0.3, 0.2, 0.1, -0.1, 0.3, -0.2, 0.05, -0.05])


def made(**conditions):
    """Arms with these objectives by seed: base=..., and stress variants by name."""
    names = {BASE if name == "base" else name: arms for name, arms in conditions.items()}
    rows = [
        {"condition": c, "arm": a, "seed": s, "objective": float(v)}
        for c, arms in names.items()
        for a, values in arms.items()
        for s, v in enumerate(values)
    ]
    arms = tuple(conditions["base"])
    return Comparison("true.profit", arms, tuple(names), tuple(range(8)), pd.DataFrame(rows), {})


def test_a_lead_that_is_clear_wins_and_says_by_how_much():
    verdict = made(base={"a": NOISE, "b": NOISE + 1 + NOISE[::-1] / 9}).verdict
    assert verdict.winner == "b"
    assert verdict.text.startswith("b wins on true.profit: +1 [") and "against a" in verdict.text


def test_an_interval_that_holds_0_cannot_tell_and_says_how_many_seeds_might():
    verdict = made(base={"a": NOISE[::-1], "b": NOISE + 0.05}).verdict
    assert verdict.winner is None
    assert verdict.text.startswith("Cannot tell: b leads a by")
    assert "the interval holds 0" in verdict.text and "seeds show it" in verdict.text


def test_twins_are_the_same_in_every_seed():
    verdict = made(base={"a": NOISE, "b": NOISE}).verdict
    assert verdict.winner is None and "the same in every seed" in verdict.text


def test_a_winner_that_changes_under_stress_is_none():
    wins = {"a": NOISE, "b": NOISE + 1 + NOISE[::-1] / 9}
    verdict = made(base=wins, flood={"a": wins["b"], "b": wins["a"]}).verdict
    assert verdict.winner is None and "under flood a leads, surely" in verdict.text
    held = made(base=wins, calm=wins, murky={"a": NOISE[::-1], "b": NOISE + 0.05}).verdict
    assert held.winner == "b"
    assert held.why == ("calm (surely)", "murky (not surely over a)")


def test_the_winner_must_beat_each_of_the_others():
    arms = {"a": NOISE, "b": NOISE[::-1] + 1.0, "c": NOISE + 1.01}
    verdict = made(base=arms).verdict
    assert verdict.winner is None and "c leads b" in verdict.text


def test_a_lead_may_not_survive_the_correction():
    barely = 0.175 + NOISE  # p just below .05 alone
    alone = made(base={"a": NOISE * 0, "b": barely})
    row = alone.pairs.iloc[0]
    assert 0.025 < row["p"] < 0.05 and alone.verdict.winner == "b"
    calm = {"a": NOISE * 0, "b": barely}
    more = made(base=calm, again=calm)
    assert more.pairs["p_holm"].iloc[0] == pytest.approx(2 * row["p"])
    assert more.verdict.winner is None and "not sure after correction" in more.verdict.text


def test_an_objective_that_is_unknown_throughout_is_told():
    verdict = made(base={"a": NOISE, "b": NOISE * np.nan}).verdict
    assert verdict.winner is None and "unknown in every seed" in verdict.text


def test_a_seed_that_is_unknown_in_one_arm_is_left_out_of_all():
    b = NOISE + 1.0
    b[0] = np.nan
    result = made(base={"a": NOISE, "b": b})
    assert result.means(BASE)["a"] == pytest.approx(NOISE[1:].mean())
    assert result.pairs["seeds"].tolist() == [7]

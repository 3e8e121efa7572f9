"""Maps whose boundaries are known: a point of each is what theory says."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "stability.py"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


@pytest.mark.parametrize(("epsilon", "window"), [(-2.0, 3), (-2.5, 2), (1.5, 2)])
def test_a_mean_refitted_on_a_window_has_the_root_of_its_equation(epsilon, window):
    plan = of("refits")(window).replace(**{"environment.epsilon": epsilon})
    found = loopsim.gain(
        plan, "scores", 0.1, metric="observed.prediction", at=window, generation=1, lags=window,
        seeds=3, loops=(), workers=1,
    ).all  # fmt: skip
    law = of("root")(epsilon, window)
    assert found.growth.gain == pytest.approx(law, abs=1e-6)
    assert found.verdict == ("runaway" if law > 1 else "self-correcting")


@pytest.mark.parametrize("window", range(1, 7))
def test_the_boundary_of_a_window_is_at_minus_its_length_and_at_1(window):
    assert of("root")(-window, window) == pytest.approx(1.0, abs=1e-6)
    assert of("root")(1.0, window) == pytest.approx(1.0, abs=1e-6)
    inside = [of("root")(e, window) for e in np.linspace(-window + 0.05, 0.95, 15)]
    assert max(inside) < 1.0


def test_the_error_of_followers_multiplies_by_the_mean_field():
    plan = of("followers")().replace(
        **{"environment.usage": 0.9, "environment.adherence": 2.0, "environment.towns": 100}
    )
    found = loopsim.gain(
        plan, "error", 0.05, metric="true.known_error", at=2, generation=1, seeds=4, loops=(),
        workers=1,
    ).all  # fmt: skip
    law = 0.9 * 2.0 * of("MAE")
    assert found.growth.low <= law <= found.growth.high
    assert found.growth.gain == pytest.approx(law, rel=0.05)
    assert found.verdict == "runaway"

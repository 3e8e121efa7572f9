"""Do intervals of 95% hold the truth in 95 of 100 repetitions? In worlds whose truth is known.

    python benchmarks/interval_coverage.py [repetitions]

The gain: Khritankov's mean field, whose gain is p·s·√(2/π), from 6 seeds a repetition. The effect
of a cut: mean estimation, in which the feature loop adds μ(ε + ε² + ...), from 8 seeds. Repetitions
share no seed. It takes some minutes, and prints how often each interval held the truth, with the
95% Wilson interval of that.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "theory"))

MAE = float(np.sqrt(2.0 / np.pi))
USAGE, ADHERENCE, MU, EPSILON = 0.7, 0.9, 10.0, 0.5
GENERATIONS = 4


def gain(repetition: int) -> list[bool]:
    """Whether the interval of the gain held it."""
    import worlds

    import loopsim

    worlds.register()
    world = {"kind": "theory-hidden", "people": 200, "usage": USAGE, "adherence": ADHERENCE}
    plan = worlds.scenario(world | {"start": MAE}, 13, "spread", (MAE,), seed=1000 * repetition)
    found = loopsim.gain(
        plan, "shown", 0.1, metric="true.shown", at=3, seeds=6, loops=(), workers=1
    ).all.growth
    return [found.low <= USAGE * ADHERENCE * MAE <= found.high]


def effect(repetition: int) -> list[bool]:
    """Whether the t interval and the bootstrap's held the effect of the feature loop."""
    import worlds

    import loopsim

    worlds.register()
    world = {"kind": "theory-mean", "people": 20, "mu": MU, "epsilon": EPSILON}
    rounds = 2 * GENERATIONS + 1  # the last one shows the fourth refit
    plan = worlds.scenario(world, rounds, seed=1000 * repetition + 500)
    row = loopsim.cut(plan, ["feature"], seeds=8, metrics=["true.shown"], workers=1).effects.iloc[0]
    truth = MU * sum(EPSILON**k for k in range(1, GENERATIONS))
    return [row["low"] <= truth <= row["high"], row["boot_low"] <= truth <= row["boot_high"]]


def main(repetitions: int = 500) -> None:
    """Count, and print."""
    from loopsim.monitoring.wilson import interval

    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for name, work, of in (
            ("gain", gain, ["Fieller, 6 seeds"]),
            ("effect of a cut", effect, ["Student's t, 8 seeds", "bootstrap-t, 8 seeds"]),
        ):
            held = np.array(list(pool.map(work, range(1, repetitions + 1), chunksize=10)))
            for what, column in zip(of, held.T, strict=True):
                low, high = interval(int(column.sum()), repetitions)
                print(f"{name:<16} {what:<22} {column.mean():.1%} of {repetitions} "
                      f"[{low:.1%}, {high:.1%}]", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Decisions a second and peak memory of lending: 1,000,000 applicants × 20 rounds, 8 features.

Logistic regression refitted every 4 rounds; log off, sampled and full on disk; beside a bare
NumPy/numba floor of the same arithmetic. Each arm runs in its own process, so that its peak memory
is its own.

    python benchmarks/lending.py [--people 1000000] [--rounds 20] [--arm off ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from time import perf_counter

ARMS = ("floor", "off", "sampled", "full")


def scenario(people: int, rounds: int, level: str):
    """The scenario of the benchmark."""
    import loopsim

    return loopsim.Scenario.parse(
        {
            "name": f"bench-{level}",
            "rounds": rounds,
            "environment": {
                "kind": "lending",
                "people": people,
                "apply": 1.0,
                "population": {"kind": "synthetic", "features": 8},
            },
            "policy": {"kind": "break-even"},
            "labels": {"delay": {"kind": "fixed", "rounds": 2}},
            "training": {
                "rule": {"kind": "every", "rounds": 4},
                "window": {"kind": "reservoir", "rows": 50_000},
            },
            "log": {"level": level, "checkpoint": rounds},
        }
    )


def run(people: int, rounds: int, level: str) -> dict:
    """One arm: the first round of a small run compiles, and is not counted."""
    import loopsim

    loopsim.run(scenario(1000, 6, "off"), out=False)
    folder = tempfile.mkdtemp()
    plan = scenario(people, rounds, level)
    start = perf_counter()
    if level == "off":
        done = loopsim.run(plan, out=False)
    else:
        shutil.rmtree(folder)
        done = loopsim.run(plan, out=folder)
    seconds = perf_counter() - start
    decisions = done.summary()["decisions"]
    stages = {} if done.simulation is None else done.simulation.timings
    shutil.rmtree(folder, ignore_errors=True)
    return {"seconds": seconds, "decisions": decisions, "stages": stages}


def floor(people: int, rounds: int, _: str) -> dict:
    """The same arithmetic in one compiled pass over columns, and the same refits."""
    import numba
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    @numba.njit(error_model="numpy")
    def step(x, hidden, slopes, world, key, good, action, score, counts):
        for i in range(score.size):
            s, p = slopes[-1], world[-1] + 0.7 * hidden[i]
            for j in range(x.shape[1]):
                s += slopes[j] * x[i, j]
                p += world[j] * x[i, j]
            score[i] = 1 / (1 + np.exp(-s))
            u = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) + key
            u ^= u >> np.uint64(32)
            u *= np.uint64(0xD6E8FEB86659FD93)
            u ^= u >> np.uint64(32)
            good[i] = (u >> np.uint64(11)) * 1.1e-16 < 1 / (1 + np.exp(-p))
            action[i] = score[i] >= 0.8
            if action[i] == 1:
                x[i, 0] = min(max(x[i, 0] + (-0.2 if good[i] else 0.6), -6.0), 6.0)
            counts[action[i], good[i], int(score[i] * 1023)] += 1

    rng = np.random.default_rng(0)
    x, hidden = rng.standard_normal((people, 8)), rng.standard_normal(people)
    slopes = np.full(9, -0.4)
    args = [np.empty(people, np.int8), np.empty(people, np.int8), np.empty(people)]
    counts = np.zeros((2, 2, 1024), np.int64)
    step(x[:10].copy(), hidden[:10], slopes, slopes, np.uint64(1), *[a[:10] for a in args], counts)
    start = perf_counter()
    for t in range(rounds):
        if t % 4 == 0 and t:
            fit = LogisticRegression(solver="newton-cholesky").fit(x[:50_000], args[0][:50_000])
            slopes = np.r_[fit.coef_[0], fit.intercept_]
        step(x, hidden, slopes, np.full(9, -0.4), np.uint64(t), *args, counts)
    return {"seconds": perf_counter() - start, "decisions": people * rounds, "stages": {}}


def main() -> None:
    """Print a line an arm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--arm", action="append", choices=ARMS)
    parser.add_argument("--child", choices=ARMS)
    given = parser.parse_args()
    if given.child:
        arm = floor if given.child == "floor" else run
        result = arm(given.people, given.rounds, given.child)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return
    size = ["--people", str(given.people), "--rounds", str(given.rounds)]
    for arm in given.arm or ARMS:
        command = [sys.executable, __file__, *size, "--child", arm]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        result = json.loads(out.splitlines()[-1])
        speed = result["decisions"] / result["seconds"] / 1e6
        stages = " ".join(f"{k} {v:.2f}" for k, v in result["stages"].items() if v > 0.005)
        print(f"{arm:<8} {speed:6.2f} M decisions/s  {result['peak_mb']:6.0f} MB  {stages}")


if __name__ == "__main__":
    main()

"""Visits a second and peak memory of the recommender world: 100,000 users × 20,000 items.

32 factors, slates of 10, everybody visits each round; log off. Beside it a bare NumPy/numba floor
of the same arithmetic in the same run: float32 products of 1,024 users with all items, the best ten
by one compiled pass, one logit choice. Each arm runs in its own process, so that its peak memory is
its own; seconds of processors tell more than visits a second on a machine that others use as well.
The arm `world` scores with the world's own utilities (the model oracle-slates: a product of 33
factors, as a matrix factorisation makes it) and does not retrain; `popularity` is refitted every 2
rounds on 50,000 rows.

    python benchmarks/recommender.py [--users 100000] [--items 20000] [--rounds 3] [--arm floor ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from time import perf_counter, process_time

ARMS = ("floor", "world", "popularity")


def scenario(users: int, items: int, rounds: int, arm: str):
    """The scenario of the benchmark."""
    import loopsim

    return loopsim.Scenario.parse(
        {
            "name": "bench",
            "rounds": rounds,
            "environment": {
                "kind": "recommender",
                "users": users,
                "visits": 1.0,
                "population": {
                    "kind": "synthetic-tastes",
                    "items": items,
                    "factors": 32,
                    "spread": 0.0,
                },
                "boredom": {"effect": 0},
                "satisfaction": {"loyalty": 0, "leaving": 0},
            },
            "model": "oracle-slates" if arm == "world" else "popularity",
            "policy": {"kind": "top-k", "k": 10},
            "labels": {"delay": {"kind": "fixed", "rounds": 1}},
            "training": {
                "rule": "never" if arm == "world" else {"kind": "every", "rounds": 2},
                "history": {"rows": 0 if arm == "world" else 50_000, "rounds": 1},
                "window": {"kind": "reservoir", "rows": 50_000},
            },
            "log": {"level": "off"},
        }
    )


def run(users: int, items: int, rounds: int, arm: str) -> dict:
    """One arm: a small run compiles first, and is not counted."""
    import loopsim

    for size in ((200, 100, 4), (users, items, rounds)):
        sim = loopsim.Simulation(scenario(*size, arm))
        start, used = perf_counter(), process_time()
        sim.run()
        seconds, cpu = perf_counter() - start, process_time() - used
    return {"seconds": seconds, "cpu": cpu, "visits": sim.decisions, "stages": sim.timings}


def floor(users: int, items: int, rounds: int, _: str) -> dict:
    """The same arithmetic: products in blocks, one pass for the best ten, one choice."""
    import numba
    import numpy as np

    @numba.njit(error_model="numpy")
    def best(scores, items, values):
        for r in range(scores.shape[0]):
            values[r, :] = -np.inf
            worst = -np.inf
            for j in range(scores.shape[1]):
                s = scores[r, j]
                if s > worst:
                    p = 9
                    while p > 0 and values[r, p - 1] < s:
                        values[r, p] = values[r, p - 1]
                        items[r, p] = items[r, p - 1]
                        p -= 1
                    values[r, p] = s
                    items[r, p] = j
                    worst = values[r, 9]

    @numba.njit(error_model="numpy")
    def choose(values, uniforms, chosen):
        for r in range(values.shape[0]):
            total = 1.0
            for p in range(10):
                total += np.exp(values[r, p]) * (p + 1.0) ** -0.8
            left, chosen[r] = uniforms[r] * total, -1
            for p in range(10):
                left -= np.exp(values[r, p]) * (p + 1.0) ** -0.8
                if left < 0:
                    chosen[r] = p
                    break

    rng = np.random.default_rng(0)
    tastes = rng.standard_normal((users, 32), dtype=np.float32) * np.float32(0.5)
    vectors = rng.standard_normal((items, 32), dtype=np.float32) / np.float32(5.7)
    shown, values = np.empty((users, 10), np.int64), np.empty((users, 10), np.float32)
    chosen, uniforms = np.empty(users, np.int64), rng.random(users)
    best(tastes[:4] @ vectors.T, shown[:4], values[:4])
    choose(values[:4], uniforms[:4], chosen[:4])
    stages = {"product": 0.0, "best": 0.0, "choice": 0.0}
    start, used = perf_counter(), process_time()
    for _round in range(rounds):
        for at in range(0, users, 1024):
            block = slice(at, at + 1024)
            begun = perf_counter()
            scores = tastes[block] @ vectors.T
            scored = perf_counter()
            best(scores, shown[block], values[block])
            stages["product"] += scored - begun
            stages["best"] += perf_counter() - scored
        begun = perf_counter()
        choose(values, uniforms, chosen)
        stages["choice"] += perf_counter() - begun
    seconds, cpu = perf_counter() - start, process_time() - used
    return {"seconds": seconds, "cpu": cpu, "visits": users * rounds, "stages": stages}


def main() -> None:
    """Print a line an arm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--arm", action="append", choices=ARMS)
    parser.add_argument("--child", choices=ARMS)
    given = parser.parse_args()
    if given.child:
        arm = floor if given.child == "floor" else run
        result = arm(given.users, given.items, given.rounds, given.child)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return
    size = ["--users", str(given.users), "--items", str(given.items), "--rounds", str(given.rounds)]
    for arm in given.arm or ARMS:
        command = [sys.executable, __file__, *size, "--child", arm]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        result = json.loads(out.splitlines()[-1])
        speed = result["visits"] / result["seconds"]
        stages = " ".join(f"{k} {v:.2f}" for k, v in result["stages"].items() if v > 0.005)
        used = f"{result['cpu']:6.1f} s of processors  {result['peak_mb']:6.0f} MB"
        print(f"{arm:<10} {speed:9,.0f} visits/s  {used}  {stages}")


if __name__ == "__main__":
    main()

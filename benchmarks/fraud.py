"""Payments a second and peak memory of the fraud world at about 1,000,000 payments a day.

500,000 cards and 100,000 terminals, twelve rolling features, scored by a logistic regression, 1,000
alerts a day. The bare floor does the same arithmetic in plain NumPy and numba, without twins,
rings, loops, labels, log or metrics: it draws the payments, counts and describes them over ring
buffers, scores them, picks the alerts and refits as often. It does not sort the day by time either
(another .17 s): only the payments of one card need an order. Each arm runs in its own process.

    python benchmarks/fraud.py [--customers 500000] [--terminals 100000] [--days 14] [--arm off ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from time import perf_counter, process_time

ARMS = ("floor", "off", "sampled", "full")
REFIT, WARM = 7, 2


def scenario(customers: int, terminals: int, days: int, level: str):
    """The scenario of the benchmark."""
    import loopsim

    return loopsim.Scenario.parse(
        {
            "name": f"bench-fraud-{level}",
            "rounds": days,
            "environment": {"kind": "fraud", "customers": customers, "terminals": terminals},
            "policy": {"kind": "alert-budget", "cards": 1000},
            "labels": {"delay": {"kind": "fixed", "rounds": 7}},
            "training": {
                "rule": {"kind": "every", "rounds": REFIT},
                "window": {"kind": "reservoir", "rows": 50_000},
                "history": {"rounds": WARM, "rows": 50_000},
            },
            "log": {"level": level, "checkpoint": days, "features": False},
        }
    )


def run(customers: int, terminals: int, days: int, level: str) -> dict:
    """One arm; a small run compiles first, and neither that nor the days before day 0 count."""
    import loopsim

    loopsim.run(scenario(2000, 2000, 9, "off"), out=False)
    plan = scenario(customers, terminals, days, level)
    if level == "off":
        sim = loopsim.Simulation(plan)
        start, busy = perf_counter(), process_time()
        sim.run()
        seconds, stages, payments = perf_counter() - start, sim.timings, sim.decisions
    else:
        folder = tempfile.mkdtemp()
        shutil.rmtree(folder)
        busy = process_time()  # with the start and the days before day 0
        done = loopsim.run(plan, out=folder)
        seconds, payments = done.summary()["seconds"], done.summary()["decisions"]
        stages = {} if done.simulation is None else done.simulation.timings
        shutil.rmtree(folder, ignore_errors=True)
    cpu = process_time() - busy
    return {"seconds": seconds, "payments": payments, "stages": stages, "cpu": cpu}


def floor(customers: int, terminals: int, days: int, _: str) -> dict:
    """The same arithmetic, and nothing else."""
    import numba
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    fast = numba.njit(error_model="numpy")

    @fast
    def uniform(i, key):
        x = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) + key
        for _ in range(2):
            x ^= x >> np.uint64(32)
            x *= np.uint64(0xD6E8FEB86659FD93)
        return ((x >> np.uint64(11)) + 0.5) * 1.1102230246251565e-16

    @fast
    def draw(rate, mean, home, spots, first, key, normal, rows, place, cents, seconds):
        n, cells = 0, 40
        start, size = np.empty(cells, np.int64), np.empty(cells, np.int64)
        for i in range(rate.size):
            x, y = home[i]
            left, right = max(int((x - 5) * 0.4), 0), min(int((x + 5) * 0.4), cells - 1)
            low, high = max(int((y - 5) * 0.4), 0), min(int((y + 5) * 0.4), cells - 1)
            total = 0
            for row in range(low, high + 1):
                start[row - low] = first[row * cells + left]
                size[row - low] = first[row * cells + right + 1] - start[row - low]
                total += size[row - low]
            u, chance, k = uniform(i, key), np.exp(-rate[i]), 0
            below = chance
            while u > below:
                k += 1
                chance *= rate[i] / k
                below += chance
            for _ in range(k):
                rows[n] = i
                cents[n] = abs(mean[i] * (1.0 + 0.5 * normal[0, n])) * 100.0
                seconds[n] = min(max(43200.0 + 20000.0 * normal[1, n], 0.0), 86399.0)
                for attempt in range(64):  # a terminal within the radius
                    at = int(uniform(64 * n + attempt, key + np.uint64(3)) * total)
                    row = 0
                    while at >= size[row]:
                        at -= size[row]
                        row += 1
                    at += start[row]
                    if (spots[at, 0] - x) ** 2 + (spots[at, 1] - y) ** 2 <= 25.0:
                        break
                place[n] = at
                n += 1
        return n

    @fast
    def describe(rows, place, cents, seconds, card, spot, number, spent, out):
        for i in range(rows.size):
            row, at = rows[i], place[i]
            number[row] += 1
            spent[row] += cents[i]
            out[i, 0] = cents[i] / 100.0
            out[i, 1] = 0.0
            out[i, 2] = seconds[i] < 25200
            out[i, 3], out[i, 4] = number[row], spent[row] / number[row]
            for w in range(2):
                n = number[row] + card[row, w]
                out[i, 5 + 2 * w], out[i, 6 + 2 * w] = n, (spent[row] + card[row, 2 + w]) / n
            for w in range(3):
                known = spot[at, 2 * w]
                out[i, 9 + 2 * w] = known
                out[i, 10 + 2 * w] = spot[at, 2 * w + 1] / known if known else 0.0

    @fast
    def close(t, number, spent, counts, cents, card, rows, place, bad, places, spot):
        new, week = t % 29, (t - 6) % 29
        for i in range(number.size):
            card[i, 0] += number[i] - counts[week, i]
            card[i, 1] += number[i] - counts[new, i]
            card[i, 2] += spent[i] - cents[week, i]
            card[i, 3] += spent[i] - cents[new, i]
            counts[new, i], cents[new, i] = number[i], spent[i]
            number[i] = spent[i] = 0
        places[t % 37] = 0
        for i in range(rows.size):
            places[t % 37, place[i], 0] += 1
            places[t % 37, place[i], 1] += bad[i]
        for w, days in enumerate((1, 7, 30)):
            for i in range(spot.shape[0]):
                for j in range(2):
                    spot[i, 2 * w + j] += places[(t - 6) % 37, i, j]
                    spot[i, 2 * w + j] -= places[(t - 6 - days) % 37, i, j]

    @fast
    def score(x, slopes, out):
        for i in range(x.shape[0]):
            s = slopes[-1]
            for j in range(x.shape[1]):
                s += slopes[j] * x[i, j]
            out[i] = 1.0 / (1.0 + np.exp(-s))

    stages = dict.fromkeys(("draw", "features", "close", "score", "alerts", "fit"), 0.0)

    def play(customers, terminals, days):
        rng = np.random.default_rng(0)
        rate, mean = rng.uniform(0, 4 * 0.9692, customers), rng.uniform(5, 100, customers)
        home, spots = rng.uniform(0, 100, (customers, 2)), rng.uniform(0, 100, (terminals, 2))
        cell = (spots[:, 1] * 0.4).astype(int) * 40 + (spots[:, 0] * 0.4).astype(int)
        spots, first = (
            spots[np.argsort(cell)],
            np.r_[0, np.cumsum(np.bincount(cell, minlength=1600))],
        )
        room = int(2.2 * customers) + 100
        rows, place, cents, seconds = (np.empty(room, np.int32) for _ in range(4))
        counts, money = np.zeros((29, customers), np.int16), np.zeros((29, customers), np.int32)
        card, places = np.zeros((customers, 4), np.int64), np.zeros((37, terminals, 2), np.int32)
        spot = np.zeros((terminals, 6), np.int32)
        number, spent = np.zeros(customers, np.int16), np.zeros(customers, np.int32)
        x, p, normal = np.empty((room, 15)), np.empty(room), np.empty((2, room))
        slopes, payments = np.r_[np.full(15, -0.01), 4.0], 0
        for t in range(days):
            marks = [perf_counter()]

            def done(marks=marks):
                marks.append(perf_counter())

            key = np.uint64(t * 7919)
            rng.standard_normal(out=normal)
            n = draw(rate, mean, home, spots, first, key, normal, rows, place, cents, seconds)
            done()
            columns = rows[:n], place[:n], cents[:n], seconds[:n]
            describe(*columns, card, spot, number, spent, x[:n])
            bad = (cents[:n] > 22000).astype(np.int8)
            done()
            close(t, number, spent, counts, money, card, rows[:n], place[:n], bad, places, spot)
            done()
            score(x[:n], slopes, p[:n])
            done()
            np.argpartition(p[:n], min(1000, n - 1))
            done()
            if t % REFIT == 0 and t:
                m = min(n, 50_000)
                fit = LogisticRegression(solver="newton-cholesky").fit(x[:m], bad[:m] < 1)
                slopes = np.r_[fit.coef_[0], fit.intercept_]
            done()
            payments += n
            for name, a, b in zip(stages, marks[:-1], marks[1:], strict=True):
                stages[name] += b - a
        return payments

    play(3000, 3000, REFIT + 2)
    stages.update(dict.fromkeys(stages, 0.0))
    busy = process_time()
    payments = play(customers, terminals, days)
    cpu = process_time() - busy
    return {"seconds": sum(stages.values()), "payments": payments, "stages": stages, "cpu": cpu}


def main() -> None:
    """Print a line an arm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=500_000)
    parser.add_argument("--terminals", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--arm", action="append", choices=ARMS)
    parser.add_argument("--child", choices=ARMS)
    given = parser.parse_args()
    size = given.customers, given.terminals, given.days
    if given.child:
        result = (floor if given.child == "floor" else run)(*size, given.child)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result))
        return
    names = ("--customers", "--terminals", "--days")
    options = [word for pair in zip(names, map(str, size), strict=True) for word in pair]
    for arm in given.arm or ARMS:
        command = [sys.executable, __file__, *options, "--child", arm]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        tell(arm, json.loads(out.splitlines()[-1]), given.days)


def tell(arm: str, result: dict, days: int) -> None:
    """One line: seconds a day by the clock and of processors, speed, memory, seconds by stage."""
    a_day, speed = result["seconds"] / days, result["payments"] / result["seconds"] / 1e6
    stages = " ".join(f"{k} {v / days:.3f}" for k, v in result["stages"].items() if v > 0.01)
    memory, cpu = result["peak_mb"], result["cpu"] / days
    head = f"{arm:<8} {a_day:.3f} s a day ({cpu:.3f} s of processors) {speed:5.2f} M payments/s"
    print(f"{head} {memory:5.0f} MB  {stages}")


if __name__ == "__main__":
    main()

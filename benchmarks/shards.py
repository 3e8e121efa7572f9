"""A run split over shards: seconds a round, what crosses, memory an agent.

Lending, 1,000,000 applicants a round, 8 features, logistic regression refitted every 4 rounds on a
reservoir of 50,000, log off: the run of `benchmarks/lending.py`, in one piece (0 shards) and over
processes of this machine. The first rounds, in which code is compiled, are not counted.

    python benchmarks/shards.py [--people 1000000] [--rounds 20] [--shards 1 2 4 ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import resource
from pathlib import Path
from time import perf_counter

from lending import scenario

import loopsim
import loopsim.shards


class Watch:
    """The times at which rounds ended, and what had crossed by then."""

    def __init__(self) -> None:
        self.ends: list[float] = []
        self.crossed: list[dict] = []

    def on_round(self, sim, t, cases, outcomes) -> None:
        """One round further."""
        self.ends.append(perf_counter())
        self.crossed.append({what: dict(kinds) for what, kinds in sim.crossing.crossed.items()})


WARM = 4  # rounds that are not counted


def measure(people: int, rounds: int, shards: int) -> dict:
    """One arm; 0 shards is the run in one piece."""
    watch, plan = Watch(), scenario(people, rounds, "off")
    if shards == 0:
        loopsim.run(scenario(1000, 6, "off"), out=False)
        done = loopsim.run(plan, out=False, observers=[watch])
        peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]
    else:
        done = loopsim.shards.run(plan, shards, out=False, observers=[watch])
        peaks = [end["peak_bytes"] for end in done.simulation.crossing.ends]
    seconds = (watch.ends[-1] - watch.ends[WARM - 1]) / (rounds - WARM)
    first, last = watch.crossed[WARM - 1], watch.crossed[-1]
    crossed = {
        what: {k: (n - first.get(what, {}).get(k, 0)) / (rounds - WARM) for k, n in kinds.items()}
        for what, kinds in last.items()
    }
    whole = {what: dict(kinds) for what, kinds in last.items()}
    return {
        "people": people,
        "rounds": rounds,
        "shards": shards,
        "seconds_a_round": seconds,
        "crossed_a_round": crossed,
        "crossed": whole,
        "peak_bytes": peaks,
        "auc": float(done.metric("true", "auc")[-1]),
    }


def main() -> None:
    """Print a line an arm, and what crosses by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--shards", type=int, nargs="+", default=[0, 1, 2, 4])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    made = [measure(given.people, given.rounds, shards) for shards in given.shards]
    for arm in made:
        kinds = arm["crossed_a_round"].values()
        up, down, messages = (sum(kind[k] for kind in kinds) for k in ("up", "down", "messages"))
        each = max(arm["shards"], 1)
        print(
            f"{arm['shards']:3} shards {arm['seconds_a_round'] * 1e3:8.1f} ms a round "
            f"{messages:5.1f} exchanges, {up / each / 1e3:8.1f} kB up and "
            f"{down / each / 1e3:8.1f} kB down a shard; peak {max(arm['peak_bytes']) / 1e6:,.0f} MB"
        )
    for what, kind in sorted(made[-1]["crossed_a_round"].items()):
        up, down = (kind[k] / max(made[-1]["shards"], 1) for k in ("up", "down"))
        print(f"  {what:<10} {kind['messages']:5.2f} {up:12,.0f} {down:12,.0f}")
    if given.json:
        given.json.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()

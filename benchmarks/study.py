"""A study of 1,000 short runs: time, overhead a run, speed-up on 2 processes, kill and resume.

    python benchmarks/study.py [overhead|speed|kill] [runs]

`overhead`: the runs one after the other, by a bare loop and by a study, in blocks by turns.
`speed`: a study on 1 and on 2 processes, their start left out. `kill`: a study on 2 processes is
killed (kill -9, processes and all) half way, and goes on. Without a word, all three.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from loopsim.engines import Job, Serial
from loopsim.engines.processes import Processes
from loopsim.scenario import Scenario
from loopsim.studies import Study
from loopsim.studies.ends import ends

PLAN = Scenario.parse(
    {
        "name": "short",
        "rounds": 12,
        "environment": {"kind": "lending", "people": 2000, "apply": 0.5},
        "training": {"rule": {"kind": "every", "rounds": 4}, "history": {"rows": 500}},
    }
)
BLOCK = 50


def tasks(first: int, last: int) -> list[Any]:
    """A task a seed."""
    return [(PLAN.as_dict() | {"seed": seed}, None) for seed in range(first, last)]


def jobs(first: int, last: int) -> list[Job]:
    """A job a seed."""
    return [Job(i, ends, task, "run") for i, task in enumerate(tasks(first, last))]


def overhead(runs: int, folder: Path) -> None:
    """Bare loop and study by turns, so that what else the machine does falls on both."""
    bare = kept = read = 0.0
    study = Study(folder, Serial())
    ends(tasks(runs, runs + 1)[0])  # what is compiled once is compiled before
    for first in range(0, runs, BLOCK):
        last = min(first + BLOCK, runs)
        start = perf_counter()
        for task in tasks(first, last):
            ends(task)
        bare += perf_counter() - start
        start = perf_counter()
        for _ in study.stream(jobs(first, last)):
            pass
        kept += perf_counter() - start
    start = perf_counter()
    for _ in study.stream(jobs(0, runs)):
        pass
    read = perf_counter() - start
    start = perf_counter()
    rows = len(study.frame())
    table = perf_counter() - start
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    print(
        f"{runs} runs: bare loop {bare:.1f} s ({1e3 * bare / runs:.1f} ms a run), study "
        f"{kept:.1f} s: {1e3 * (kept - bare) / runs:+.2f} ms a run ({kept / bare - 1:+.1%})\n"
        f"again, all there: {read:.2f} s ({1e3 * read / runs:.2f} ms a run); one table of {rows:,} "
        f"rows: {table:.2f} s; {size / runs / 1e3:.1f} kB a run"
    )


def speed(runs: int, folder: Path) -> None:
    """The same runs on 1 process and on 2, each with its processes started before."""
    spent = {}
    for workers in (1, 2):
        with Processes(workers) as engine:
            list(engine.stream([Job(i, ends, t) for i, t in enumerate(tasks(0, 2 * workers))]))
            start = perf_counter()
            for _ in Study(folder / str(workers), engine).stream(jobs(0, runs)):
                pass
            spent[workers] = perf_counter() - start
    same = all(
        path.read_bytes() == (folder / "2" / path.relative_to(folder / "1")).read_bytes()
        for path in (folder / "1" / "results").rglob("*.parquet")
    )
    print(
        f"{runs} runs: 1 process {spent[1]:.1f} s, 2 processes {spent[2]:.1f} s: "
        f"{spent[1] / spent[2]:.2f} times as fast; the same bytes: {same}"
    )


def kill(runs: int, folder: Path) -> None:
    """Half way, then the rest; by processes of their own."""
    words = [sys.executable, __file__, "work", str(runs), str(folder)]
    start = perf_counter()
    first = subprocess.Popen(words, start_new_session=True)
    while _finished(folder) < runs // 2:
        sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    killed, half = _finished(folder), perf_counter() - start
    start = perf_counter()
    subprocess.run(words, check=True)
    rest = perf_counter() - start
    ended = [line["run"] for line in Study.open(folder).folder.logged()]
    print(
        f"{runs} runs on 2 processes: killed after {half:.1f} s with {killed} finished; the rest "
        f"took {rest:.1f} s; {_finished(folder)} results, {len(ended)} ends logged, "
        f"{len(set(ended))} different"
    )


def _finished(folder: Path) -> int:
    return sum(1 for _ in folder.glob("results/run/*.parquet"))


def main(what: str = "all", runs: int = 1000, folder: str = "") -> None:
    """One part or all of them."""
    if what == "work":
        for _ in Study(folder, "processes", 2).stream(jobs(0, runs)):
            pass
        return
    for part in (overhead, speed, kill):
        if what in ("all", part.__name__):
            place = Path(tempfile.mkdtemp())
            part(runs, place / "study" if part is not speed else place)
            shutil.rmtree(place)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*given[:1], *map(int, given[1:2]), *given[2:])

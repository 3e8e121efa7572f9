"""A real scheduler and workers, each a process: killed, started anew, late. Nothing is lost."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from loopsim.engines import Serial
from loopsim.engines.cluster import Cluster, _Stream, _there
from loopsim.engines.version import code_version
from loopsim.errors import EngineError, InputError
from loopsim.studies import Study

ENGINES = Path(__file__).parents[1] / "engines"
RUNS = 30
CLIENT = """
import sys
from engine_jobs import table
from loopsim.engines import Job
from loopsim.engines.cluster import Cluster
from loopsim.studies import Study
address, folder = sys.argv[1:]
jobs = [Job(i, table, ({"seed": i, "gated": 1, "fail": 7}, folder)) for i in range(30)]
with Cluster(address, patience=120) as cluster:
    told = list(Study(folder + "/cluster", cluster).stream(jobs))
print(len(told), len({outcome.number for outcome in told}))
"""


class Machines:
    """The processes of a cluster on this machine; every one is ended at the end."""

    def __init__(self, folder):
        self.folder, self.all = folder, []
        self.env = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ENGINES), str(ENGINES.parents[1])]),
            "DASK_LOGGING__DISTRIBUTED": "critical",
            "OMP_NUM_THREADS": "1",
        }

    def start(self, *words):
        with (self.folder / f"{len(self.all)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *words], env=self.env, stdout=subprocess.PIPE, stderr=log,
                cwd=self.folder, text=True,
            )  # fmt: skip
        self.all.append(process)
        return process

    def scheduler(self, port=0):
        told = self.folder / f"scheduler-{len(self.all)}.json"
        process = self.start(
            "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port),
            "--no-dashboard", "--no-jupyter", "--scheduler-file", str(told),
        )  # fmt: skip
        until(lambda: told.exists() and told.read_text().strip().endswith("}"))
        return process, json.loads(told.read_text())["address"]

    def worker(self, address):
        return self.start(
            "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--host", "127.0.0.1",
        )  # fmt: skip

    def end(self):
        for process in self.all:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.communicate()


@pytest.fixture
def machines(tmp_path):
    made = Machines(tmp_path)
    yield made
    made.end()


def until(true, seconds=150):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.02)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_workers_and_the_scheduler_may_die_and_workers_may_come_late(machines, tmp_path, jobs):
    def noted(process=None):
        """Runs that were begun: (seed, process) each."""
        path = tmp_path / "noted"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if process is None or line.endswith(f" {process.pid}")]

    def gate(seed):
        """From this seed on, runs wait."""
        (tmp_path / "part").write_text(str(seed))
        (tmp_path / "part").replace(tmp_path / "gate")

    gate(6)
    scheduler, address = machines.scheduler()
    first = machines.worker(address)
    client = machines.start("-c", CLIENT, address, str(tmp_path))
    until(lambda: len(noted()) >= 7)
    late = machines.worker(address)
    until(lambda: noted(late))
    kill(first)  # in the middle of a run
    gate(20)
    until(lambda: len(noted(late)) >= 5)  # which goes on alone
    kill(scheduler)
    machines.scheduler(int(address.rpartition(":")[2]))
    third = machines.worker(address)
    gate(RUNS)
    said, _ = client.communicate(timeout=150)
    assert said.split() == [str(RUNS), str(RUNS)], (tmp_path / "2.log").read_text()
    assert noted(third) and len(noted()) == sum(len(noted(p)) for p in (first, late, third))

    study = Study.open(tmp_path / "cluster")
    ended = Counter(line["run"] for line in study.folder.logged())
    assert len(ended) == RUNS and set(ended.values()) == {1}
    assert study.failures()["text"].tolist() == ["seed 7 fails"]
    here = Study(tmp_path / "serial", Serial())
    list(here.stream(jobs(RUNS, gated=1, fail=7)))
    kept = [
        {path.name: path.read_bytes() for path in one.folder.path.rglob("*.parquet")}
        for one in (study, here)
    ]
    assert kept[0] == kept[1] and len(kept[0]) == RUNS - 1


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "smoke://127.0.0.1:9"])
def test_a_cluster_that_is_not_there_is_told_at_once(address):
    with pytest.raises(InputError, match=r"no Dask scheduler answers there.*dask scheduler"):
        Cluster(address, patience=0.5).__enter__()


class Far:
    """A cluster of one worker, which is here; its code has another version, if one is given."""

    def __init__(self, version):
        self.version = version

    def submit(self, job):
        return Future(_there(job, self.version, ()))

    def gather(self, futures):
        return [future.said for future in futures]

    def room(self):
        return 2

    def alive(self):
        return True


class Future:
    status = "finished"

    def __init__(self, said):
        self.said, self.key = said, id(self)

    def add_done_callback(self, tell):
        tell(self)

    def cancel(self):
        """Nobody waits for it any more."""


def test_a_worker_with_other_code_is_refused(jobs):
    told = list(_Stream(Far(code_version()), iter(jobs(3))).outcomes())
    assert sorted(outcome.number for outcome in told) == [0, 1, 2]
    with pytest.raises(EngineError, match=r"has other code than this process \(version"):
        list(_Stream(Far("other"), iter(jobs(3))).outcomes())

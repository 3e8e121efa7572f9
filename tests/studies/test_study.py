"""Finished runs are never run again, failed ones stop no other, and what is kept is whole."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.engines import Done, Failed, Serial, run
from loopsim.engines.processes import Processes
from loopsim.errors import InputError, RunFolderError
from loopsim.studies import Study
from loopsim.studies.claims import Claims

ENGINES = Path(__file__).parents[1] / "engines"


def values(told):
    return [float(done.result["value"][0]) for done in told]


def test_a_finished_run_is_read_and_not_run_again(ask, noted):
    first = ask(4)
    again = ask(6)
    assert noted() == [0, 1, 2, 3, 4, 5]
    assert values(again) == values(ask(6)) == pytest.approx([0.1 * i for i in range(6)], abs=0)
    pd.testing.assert_frame_equal(first[2].result, again[2].result)
    assert noted() == [0, 1, 2, 3, 4, 5]


def test_another_scenario_question_or_code_is_another_run(ask, noted, monkeypatch):
    ask(2)
    ask(2, other=1)
    assert len(noted()) == 4
    monkeypatch.setattr("loopsim.studies.address.code_version", lambda: "newer")
    ask(2)
    assert len(noted()) == 6


def test_what_is_asked_twice_is_done_once(tmp_path, jobs, noted):
    twice = [job for job in jobs(3) for _ in range(2)]
    twice = [type(job)(n, job.work, job.task) for n, job in enumerate(twice)]
    told = list(Study(tmp_path / "study", Serial()).stream(twice))
    assert sorted(done.number for done in told) == list(range(6)) and noted() == [0, 1, 2]


def test_a_failed_run_is_recorded_stops_no_other_and_is_tried_again(ask, noted, tmp_path):
    told = ask(4, fail=1)
    assert [type(outcome) for outcome in told] == [Done, Failed, Done, Done]
    study = Study(tmp_path / "study", "serial")
    (record,) = study.failures().to_dict("records")
    assert record["seed"] == 1 and record["error"] == "ValueError"
    assert record["text"] == "seed 1 fails"
    with pytest.raises(ValueError, match="seed 1 fails"):
        run(*_work(4, tmp_path, fail=1), engine=study)
    assert noted() == [0, 1, 2, 3, 1]


def _work(n, tmp_path, **more):
    from engine_jobs import table

    plain = [({"seed": i, **more}, str(tmp_path)) for i in range(n)]
    return table, plain, loopsim.Scenario.parse({"name": "x", "environment": {"kind": "lending"}})


def test_a_result_that_is_not_whole_is_made_anew(ask, noted, tmp_path):
    ask(3)
    parts = sorted((tmp_path / "study" / "results").rglob("*.parquet"))
    whole = parts[1].read_bytes()
    parts[1].write_bytes(whole[:-7])
    parts[2].write_bytes(b"")
    ask(3)
    assert len(noted()) == 5 and parts[1].read_bytes() == whole


def test_the_bytes_are_the_same_on_every_engine(ask, tmp_path):
    ask(5, folder="here")
    with Processes(2) as engine:
        ask(5, engine, folder="there")
    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / at).rglob("*.parquet")}
        for at in ("here", "there")
    )
    assert here == there and len(here) == 5


def test_a_foreign_folder_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(RunFolderError, match="something else in it"):
        Study(tmp_path)
    with pytest.raises(RunFolderError, match=r"no study: it has no study\.json"):
        Study.open(tmp_path)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "study.json").write_text('{"format": 99}')
    with pytest.raises(RunFolderError, match="format 99"):
        Study(tmp_path / "new")


def test_what_cannot_be_addressed_is_refused(tmp_path):
    class Opaque:
        pass

    work, tasks, scenario = _work(1, tmp_path)
    with pytest.raises(InputError, match="Make Opaque a dataclass"):
        run(work, [(*tasks[0], Opaque())], scenario, engine=Study(tmp_path / "study"))


@pytest.mark.parametrize("host", [None, "elsewhere"])
def test_a_claim_of_a_dead_process_is_taken_over(tmp_path, host, monkeypatch):
    with Claims(tmp_path, lease=0.5) as mine:
        assert mine.take("a") and not Claims(tmp_path).__enter__().take("a")
        if host:  # a machine of which only the touches are known
            facts = json.loads(mine.mine.read_text())
            mine.mine.write_text(json.dumps(facts | {"host": host}))
            monkeypatch.setattr(mine, "_touch", lambda: None)
            with Claims(tmp_path, lease=0.5) as other:
                assert not other.take("a")
                time.sleep(0.8)
                assert other.take("a")
        else:
            mine.mine.write_text(json.dumps({"pid": 2**22 + 7, "host": os.uname().nodename}))
            with Claims(tmp_path) as other:
                assert other.take("a")


SCRIPT = """
import sys
sys.path.insert(0, {engines!r})
from engine_jobs import table
from loopsim.engines import Job, Serial
from loopsim.studies import Study
jobs = [Job(i, table, ({{"seed": i, "sleep": 0.05}}, {noted!r})) for i in range(30)]
print("begins", flush=True)
print(sum(done.result["value"][0] for done in Study({folder!r}, Serial()).stream(jobs)))
"""


@pytest.fixture
def start(tmp_path):
    """A process of its own that works on the study."""
    facts = {
        "engines": str(ENGINES),
        "noted": str(tmp_path),
        "folder": str(tmp_path / "study"),
    }

    def started():
        words = [sys.executable, "-c", SCRIPT.format(**facts)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        return process

    return started


def test_two_processes_share_a_study_and_do_every_run_once(start, noted):
    both = [start(), start()]
    sums = [float(process.communicate(timeout=60)[0]) for process in both]
    assert sums == pytest.approx([43.5, 43.5])
    assert sorted(noted()) == list(range(30))


def test_after_kill_9_the_study_goes_on_where_it_was(start, noted):
    first = start()
    while len(noted()) < 8:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    done = noted()
    said, _ = start().communicate(timeout=60)
    assert float(said) == pytest.approx(43.5)
    again = noted()[len(done) :]
    # Only the run in which it was killed may be run again.
    assert len(set(done) & set(again)) <= 1 and {*done, *again} == set(range(30))


def test_everything_is_one_table(scenario, tmp_path):
    study = Study(tmp_path / "study")
    with pytest.raises(InputError, match="there are no runs yet"):
        study.frame()
    for at in (0.4, 0.6):
        loopsim.cut(
            scenario.replace(**{"policy.kind": "threshold", "policy.at": at}),
            ["outcome"], seeds=2, engine=Study(tmp_path / "study", "serial"),
        )  # fmt: skip
    table = study.frame()
    assert list(table.columns[:3]) == ["run", "policy.at", "round"]
    assert sorted(table["policy.at"].unique()) == [0.4, 0.6]
    assert table["run"].nunique() == 2 * 2 * 2
    assert study.counts().to_dict("records")[0]["finished"] == 8
    with pytest.raises(InputError, match=r"no runs of the kind 'cuts'.*did you mean 'cut'"):
        study.frame("cuts")


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        (loopsim.cut, {"loops": ["outcome"], "seeds": 2, "metrics": ["true.auc"]}),
        (loopsim.attribute, {"metrics": ["true.score"], "loops": ["outcome", "model"], "seeds": 2}),
        (loopsim.gain, {"push": "labels", "size": 0.1, "seeds": 2, "at": 2, "generation": 2}),
    ],
)
def test_twins_find_the_same_and_keep_their_runs(verb, more, scenario, tmp_path):
    longer = scenario.replace(rounds=14)
    plain = verb(longer, workers=1, **more)
    kept = verb(longer, engine=Study(tmp_path / "study", "serial"), **more)
    again = verb(longer, engine=Study(tmp_path / "study", Broken()), **more)
    assert json.dumps(plain.to_dict()) == json.dumps(kept.to_dict()) == json.dumps(again.to_dict())


class Broken:
    """An engine that must not be asked for anything."""

    def stream(self, jobs, scenario=None):
        assert not list(jobs), "it is all there"
        return iter(())


def test_comparisons_find_the_same_and_keep_their_runs(scenario, tmp_path):
    arms = [scenario, scenario.replace(name="bold", **{"policy.explore": 0.2})]
    plain = loopsim.compare(arms, seeds=2, workers=1)
    kept = loopsim.compare(arms, seeds=2, engine=Study(tmp_path / "study", "serial"))
    pd.testing.assert_frame_equal(plain.runs, kept.runs)
    assert all(np.array_equal(plain.paths[k], kept.paths[k], equal_nan=True) for k in plain.paths)

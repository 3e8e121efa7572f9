"""Processes do one job at a time, are replaced, and one that dies takes nothing with it."""

import engine_jobs as jobs
import pytest

from loopsim.engines import Done, Failed, Job, engine_of, run
from loopsim.engines.processes import Processes
from loopsim.errors import EngineError, InputError
from loopsim.scenario import Scenario

PLAN = Scenario.parse({"name": "x", "rounds": 1, "environment": {"kind": "lending", "people": 100}})


@pytest.fixture(scope="module")
def two():
    with Processes(2) as engine:
        yield engine


def did(engine, work, tasks):
    told = list(engine.stream([Job(i, work, task) for i, task in enumerate(tasks)]))
    return sorted(told, key=lambda outcome: outcome.number)


def test_every_job_has_one_outcome_and_processes_are_kept(two):
    assert [done.result for done in did(two, jobs.double, range(9))] == list(range(0, 18, 2))
    first = {done.result for done in did(two, jobs.process, range(6))}
    assert {done.result for done in did(two, jobs.process, range(6))} <= first
    assert did(two, jobs.double, []) == []


def test_a_job_that_raises_stops_no_other(two):
    first, second, third = did(two, jobs.refuse, range(3))
    assert (first.result, third.result) == (0, 2)
    assert isinstance(second, Failed) and second.text == "not this one"
    error = second.again()
    assert isinstance(error, ValueError) and "jobs.py" in error.__notes__[0]
    assert did(two, jobs.unpicklable, [1])[0].text.startswith(("AttributeError", "Can't", "cannot"))


def test_a_killed_process_is_replaced_and_its_job_is_done_again(two, tmp_path):
    (one,) = did(two, jobs.die, [(1, str(tmp_path / "once"))])
    assert isinstance(one, Done) and one.result == "alive"
    dead, live = did(two, jobs.die, [(9, str(tmp_path / "often")), (0, str(tmp_path / "never"))])
    assert live.result == "alive"
    assert dead.kind is EngineError and "died 3 times, exit code -9 (out of memory?)" in dead.text
    assert [done.result for done in did(two, jobs.double, range(3))] == [0, 2, 4]


def test_processes_are_recycled_after_so_many_runs():
    with Processes(1, recycle=2) as engine:
        told = [done.result for done in did(engine, jobs.process, range(4))]
    assert told[0] == told[1] != told[2] == told[3]


def test_a_run_that_asks_for_more_memory_than_allowed_fails_alone():
    with Processes(1, memory=1500 << 20) as engine:
        small, big, again = did(engine, jobs.greedy, [1, 4000, 1])
    assert isinstance(small, Done) and isinstance(again, Done)
    assert big.kind is MemoryError


def test_what_is_asked_for_by_name():
    with pytest.raises(InputError, match=r"no engine 'proceses'.*did you mean 'processes'.*tcp://"):
        run(jobs.double, [1], PLAN, engine="proceses")
    for name in ("workers", "recycle", "memory"):
        with pytest.raises(InputError, match=f"{name} = 0: must be at least 1"):
            Processes(**{name: 0})
    with engine_of(None, 1) as alone, engine_of("serial") as serial:
        assert type(alone) is type(serial)


def test_results_come_in_the_order_of_the_tasks_and_the_first_error_is_raised(two):
    assert run(jobs.double, [3, 1, 2], PLAN, engine=two) == [6, 2, 4]
    with pytest.raises(ValueError, match="not this one"):
        run(jobs.refuse, range(3), PLAN, engine=two)
    assert run(jobs.double, [1], PLAN, engine=two) == [2]

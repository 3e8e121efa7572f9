"""Progress: how many runs are done, what the rest will take, and the answer so far."""

import io

import pytest
from rich.console import Console

from loopsim.cli import run_progress
from loopsim.cli.run_progress import RunProgress
from loopsim.engines import Done, Failed


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(run_progress, "perf_counter", lambda: now[0])
    return now


def test_the_time_left_is_that_of_runs_that_were_run(clock):
    with RunProgress(Console(file=io.StringIO())) as progress:
        progress.expect(12)
        for number in range(2):  # a study had them
            progress.count(Done(number, None))
        assert progress.line() == "2 of 12 runs"
        for number in range(2, 5):
            clock[0] += 4.0
            progress.count(Done(number, None, 4.0))
        progress.count(Failed(5, ValueError, "no", trace="...", seconds=1.0))
        progress.say("true.auc 0.7")
        assert progress.line() == "6 of 12 runs, 1 failed, 18 s left; true.auc 0.7"


def test_without_a_terminal_there_is_a_line_now_and_then(clock):
    out = io.StringIO()
    with RunProgress(Console(file=out)) as progress:
        progress.expect(5)
        for number in range(5):
            clock[0] += 4.0
            progress.count(Done(number, None, 4.0))
    assert out.getvalue().splitlines() == ["3 of 5 runs, 8 s left"]


def test_on_a_terminal_there_is_a_bar():
    out = io.StringIO()
    with RunProgress(Console(file=out, force_terminal=True, width=80)) as progress:
        progress.expect(2)
        progress.count(Done(0, None, 4.0))
    assert "runs" in out.getvalue()

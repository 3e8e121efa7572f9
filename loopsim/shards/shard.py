"""What one shard does: the rounds of its own people, beside the others."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopsim import registry
from loopsim.engines import Failed
from loopsim.runs.folder import Folder
from loopsim.runs.row_recorder import RowRecorder
from loopsim.scenario import Scenario
from loopsim.shards.ends import Channel, Shard
from loopsim.simulation import Simulation


@dataclass(frozen=True)
class Job:
    """What a shard has to know, in plain values: it may be sent anywhere.

    Attributes
    ----------
    scenario : dict
    first, last : int
        Its ids are first .. last − 1.
    folder : str or None
        Where it writes its predictions and labels; None: nowhere.
    code : tuple of str
        Files of the user's that may be run.
    """

    scenario: dict[str, Any]
    first: int
    last: int
    folder: str | None
    code: tuple[str, ...] = ()


def live(job: Job, channel: Channel) -> None:
    """All rounds of one shard; what goes wrong is told to the centre, if it is still there."""
    end = Shard(channel, job.first, job.last)
    try:
        end.say("end", _rounds(job, end))
    except (EOFError, BrokenPipeError, ConnectionError):
        return  # the centre has gone: it knows why
    except Exception as error:
        _tell(end, error)
    finally:
        channel.close()


def _rounds(job: Job, end: Shard) -> dict[str, Any]:
    registry.allow_code(job.code)
    scenario = Scenario.parse(job.scenario)
    log = None if job.folder is None else RowRecorder(Folder(Path(job.folder)), scenario)
    try:
        sim = Simulation(scenario, [] if log is None else [log], crossing=end)
        while sim.t < scenario.rounds:
            sim.step()
            if log is not None and sim.t in log.due:
                log.checkpoint_rows()
    finally:
        if log is not None:
            log.finish_rows()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"people": len(sim.people), "stages": sim.timings, "peak_bytes": peak}


def _tell(end: Shard, error: Exception) -> None:
    try:
        end.say("end", Failed.of(0, error))
    except (EOFError, OSError):
        return

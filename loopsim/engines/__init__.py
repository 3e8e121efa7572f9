"""Where runs are done: in this process, in processes of this machine, or on a cluster."""

from loopsim.engines.base import Done, Engine, Failed, Job, Outcome
from loopsim.engines.running import engine_of, run
from loopsim.engines.serial import Serial

__all__ = ["Done", "Engine", "Failed", "Job", "Outcome", "Serial", "engine_of", "run"]

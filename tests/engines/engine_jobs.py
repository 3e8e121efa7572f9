"""Works that worker processes find by name."""

import os
import signal
import time
from pathlib import Path

import pandas as pd


def double(task):
    return 2 * task


def process(task):
    return os.getpid()


def refuse(task):
    if task == 1:
        raise ValueError("not this one")
    return task


def greedy(task):
    return bytes(task << 20)[:1]


def unpicklable(task):
    return lambda: task


def die(task):
    """Ends its process, so many times; a file counts them."""
    times, path = task
    with Path(path).open("a") as file:
        file.write("x")
    if len(Path(path).read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def table(task):
    """A run of a study, which notes its seed and its process."""
    plain, folder = task
    with (Path(folder) / "noted").open("a") as file:
        file.write(f"{plain['seed']} {os.getpid()}\n")
    if plain.get("fail") == plain["seed"]:
        raise ValueError(f"seed {plain['seed']} fails")
    time.sleep(plain.get("sleep", 0.0))
    while plain.get("gated") and int((Path(folder) / "gate").read_text()) <= plain["seed"]:
        time.sleep(0.02)
    return pd.DataFrame({"name": ["a", "b"], "value": [0.1 * plain["seed"], float("nan")]})

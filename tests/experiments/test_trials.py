"""Every trial of the repository's experiments: its arms are sound, and no two are the same."""

from pathlib import Path

import pytest

from loopsim import registry
from loopsim.experiment import Trial, load, names
from loopsim.experiment.reference import committed

ROOT = Path(__file__).parents[2]
FILES = [f for d in ("experiments", "experiments/pathologies") for f in (ROOT / d).glob("*.py")]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(ROOT)


def trials(name):
    parts = registry.load_code(load(name).file, "__dict__")
    return {key: value for key, value in parts.items() if isinstance(value, Trial)}


@pytest.mark.parametrize("name", sorted(file.stem for file in FILES))
def test_arms_are_sound_and_no_two_are_the_same(name):
    assert name in names()
    for trial in trials(name).values():
        hashes = {trial.scenario(arm).hash for arm in trial.arms}
        assert len(hashes) == len(trial.arms)
        assert set(trial.controls) <= set(trial.arms)
        assert trial.seeds >= 2


@pytest.mark.parametrize("name", sorted(file.stem for file in FILES))
def test_what_is_committed_has_intervals_and_a_figure(name):
    held = committed(name).checks
    if load(name).kind != "published":
        assert held
        assert all("interval" in row for row in held)

import sys
from hashlib import sha256
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import toy_world

from loopsim import registry
from loopsim.scenario import Scenario


@pytest.fixture(autouse=True)
def toy_kinds(monkeypatch):
    for key, kind in toy_world.KINDS.items():
        monkeypatch.setitem(registry._added, key, kind)


@pytest.fixture
def scenario():
    """Makes the toy scenario, with overrides by key path."""
    return lambda **changes: Scenario.parse(toy_world.BASE, changes)


@pytest.fixture
def hashes():
    """SHA-256 of every file of a run that must be the same whenever it is made."""

    def read(folder):
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        names = {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in files}
        return {n: h for n, h in names.items() if n not in ("manifest.json", "timings.json")}

    return read

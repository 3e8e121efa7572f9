"""The worlds of theory are known to this process."""

import sys
from pathlib import Path

import pytest

from loopsim import registry

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def theory(monkeypatch):
    import worlds

    monkeypatch.setattr(registry, "_added", dict(registry._added))
    worlds.register()
    return worlds

"""Worlds of theory, for whoever asks for them."""

import sys
from pathlib import Path

import pytest

from loopsim import registry

sys.path.insert(0, str(Path(__file__).parent / "theory"))


@pytest.fixture
def theory(monkeypatch):
    """The worlds of `tests/theory/worlds.py` are known to this process."""
    import worlds

    monkeypatch.setattr(registry, "_added", dict(registry._added))
    worlds.register()
    return worlds

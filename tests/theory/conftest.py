"""All of these tests are about the worlds of theory."""

import pytest


@pytest.fixture(autouse=True)
def known(theory):
    """See `tests/conftest.py`."""

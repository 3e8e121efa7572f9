"""A folder with the small scenario of a test file, and lines typed in it."""

import pytest
from typer.testing import CliRunner

from loopsim.cli import app


@pytest.fixture
def here(request, tmp_path, monkeypatch):
    """The folder that a test is in, with the file's PLAN as small.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(request.module.PLAN)
    return tmp_path


@pytest.fixture
def typed():
    """Types words behind `loopsim`; errors come out as they are."""

    def type_in(*words):
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return type_in

"""Self-contained pages: a template of this room, filled in, its figures inside."""

from __future__ import annotations

import base64
from importlib.resources import files
from pathlib import Path
from typing import Any


def rendered(template: str, **values: Any) -> str:
    """The page.

    Parameters
    ----------
    template : str
        Of `loopsim.report`, such as ``page.html.j2``.
    values : what it names
    """
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    source = files("loopsim.report").joinpath(template).read_text(encoding="utf-8")
    return environment.from_string(source).render(**values)


def inline(png: Path) -> str:
    """A figure as the source of an image."""
    return "data:image/png;base64," + base64.b64encode(png.read_bytes()).decode()

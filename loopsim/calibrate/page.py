"""The page that says how faithful the world is: one self-contained HTML file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_page(
    to: Path, template: str, faith: Any, facts: Mapping[str, Any], figures: Mapping[str, Path]
) -> None:
    """Write the page.

    Parameters
    ----------
    template : str
        Of `loopsim.calibrate`, such as ``recommender/page.html``; each extends ``frame.html``.
    facts : mapping
        What the template says beside the figures of `faith`.
    figures : mapping
        Name to PNG file; they are put inside the page.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("loopsim.calibrate", package_path=".")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    inline = {name: b64encode(png.read_bytes()).decode() for name, png in figures.items()}
    text = pages.get_template(template).render(faith=faith, facts=facts, figures=inline)
    to.write_text(text, encoding="utf-8")

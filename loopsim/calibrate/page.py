"""The page that says how faithful the world is: one self-contained HTML file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loopsim.calibrate.faithfulness import Faithfulness


def write_page(
    to: Path, faith: Faithfulness, facts: Mapping[str, Any], figures: Mapping[str, Path]
) -> None:
    """Write the page.

    Parameters
    ----------
    facts : mapping
        ``file, rows, label, bad, repaid, group, hidden, notes, strength, curve,
        by_group``.
    figures : mapping
        Name to PNG file; they are put inside the page.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("loopsim.calibrate", package_path=".")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    inline = {name: b64encode(png.read_bytes()).decode() for name, png in figures.items()}
    text = pages.get_template("page.html").render(faith=faith, facts=facts, figures=inline)
    to.write_text(text, encoding="utf-8")

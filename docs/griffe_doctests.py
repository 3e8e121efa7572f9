"""Docstrings hold doctests and literal blocks in Python's own form; the site wants Markdown's."""

import re
from typing import Any

import griffe

DOCTEST = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)


def markdown(text: str) -> str:
    """A docstring with its doctests fenced and the marks of literal blocks gone."""
    text = re.sub(r"^::\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\s*# doctest: \+SKIP", "", text)
    return DOCTEST.sub(lambda found: f"```pycon\n{found.group()}\n```", text)


class Doctests(griffe.Extension):
    """Rewrites every docstring before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called for each object that has been collected."""
        if obj.docstring is not None:
            obj.docstring.value = markdown(obj.docstring.value)

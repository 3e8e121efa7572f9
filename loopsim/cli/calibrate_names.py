"""Names of columns, separated by commas."""

from __future__ import annotations


def listed(text: str | None) -> list[str]:
    """The names in a list such as ``"a, b"``.

    >>> listed("a, b,"), listed(None)
    (['a', 'b'], [])
    """
    return [name.strip() for name in (text or "").split(",") if name.strip()]

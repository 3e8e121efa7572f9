"""Libraries that come with an extra of the package: there, or one error that names the extra."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from loopsim.errors import InputError


def needed(module: str, library: str, extra: str) -> Any:
    """A module of a library that not everybody has.

    Raises
    ------
    InputError
        If it is not installed; says how to get it.

    >>> needed("json", "JSON", "json").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError:
        raise InputError(
            f"this needs {library}, which is not installed: pip install 'loopsim-lab[{extra}]'"
        ) from None

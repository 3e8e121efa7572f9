"""Stress variants: the same comparison in a world that is changed in a named way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from loopsim.errors import InputError

Stress = dict[str, dict[str, Any]]
BASE = "as it is"
_LIKE = "must be 'NAME: KEY=VALUE, KEY=VALUE', or a YAML file with stress: {NAME: {KEY: VALUE}}"
_BETWEEN = re.compile(r",\s*(?=[A-Za-z_][\w.\-]*=)")  # a comma in a value has no KEY= after it


def read(asked: Iterable[str]) -> Stress:
    """Variants by name, from texts and YAML files.

    >>> read(["recession: environment.economy=-1, labels.noise=0.1"])
    {'recession': {'environment.economy': -1, 'labels.noise': 0.1}}
    """
    found: Stress = {}
    for text in asked:
        is_file = text.endswith((".yaml", ".yml"))
        new = _of_file(Path(text)) if is_file else dict([_of_text(text)])
        for name in new:
            if name in found or name == BASE:
                raise InputError(f"--stress {text}: there are two variants named {name!r}")
        found |= new
    return found


def _of_text(text: str) -> tuple[str, dict[str, Any]]:
    name, colon, pairs = text.partition(":")
    split = [pair.partition("=") for pair in _BETWEEN.split(pairs.strip()) if pair]
    if not (name.strip() and colon and split) or not all(k and e for k, e, _ in split):
        raise InputError(f"--stress {text}: {_LIKE}")
    return name.strip(), {key.strip(): _yaml(value, text) for key, _, value in split}


def _of_file(path: Path) -> Stress:
    try:
        told = _yaml(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise InputError(f"--stress {path}: cannot be read: {error}") from None
    variants = told.get("stress") if isinstance(told, dict) else None
    sound = isinstance(variants, dict) and all(isinstance(v, dict) for v in variants.values())
    if not sound or not variants:
        raise InputError(f"--stress {path}: {_LIKE}")
    return {str(name): {str(k): v for k, v in keys.items()} for name, keys in variants.items()}


def _yaml(text: str, where: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        raise InputError(f"--stress {where}: not valid YAML") from None

"""An objective: a mix of figures that somebody states before looking.

Only names, numbers, ``+ - * /``, brackets and ``min``, ``max``, ``abs`` are understood; nothing of
it is executed as code.

>>> objective = Objective.parse("true.profit - 0.5*true.gap.approval")
>>> objective.names
('true.profit', 'true.gap.approval')
>>> objective.value({"true.profit": 0.04, "true.gap.approval": 0.02})
0.03
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loopsim.errors import InputError

LEDGERS = ("true", "observed", "cost")
# By their names in NumPy, imported when a value is asked for: a scenario is read without it.
_TWO = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}
_ONE = {ast.USub: "negative", ast.UAdd: "positive"}
_CALLS = {"min": "minimum", "max": "maximum", "abs": "abs"}


@dataclass(frozen=True)
class Objective:
    """More is better.

    Attributes
    ----------
    text : str
    names : tuple of str
        The figures in it, such as ``true.profit``, ``true.approval[black]``, ``cost.refits``.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    @classmethod
    def parse(cls, text: str, noun: str = "objective") -> Objective:
        """Read one; InputError says which part is not understood, and of what (the noun)."""
        told = f"{noun} {text!r}"
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            at = "" if error.offset is None else f" (at character {error.offset})"
            raise InputError(f"{told}: not a formula{at}; {_LIKE}") from None
        names: dict[str, None] = {}
        _check(tree, told, names)
        if not names:
            raise InputError(f"{told}: there is no figure in it; {_LIKE}")
        return cls(text.strip(), tuple(names), tree)

    def value(self, figures: Mapping[str, Any]) -> Any:
        """Its value for figures by name: numbers, or arrays of one shape; NaN stays NaN."""
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            found = _value(self._tree, figures)
        return found if isinstance(found, np.ndarray) and found.ndim else float(found)


def figure(name: str) -> tuple[str, str, str]:
    """Ledger, metric and group of a figure.

    >>> figure("true.gap.approval"), figure("observed.auc[black]")
    (('true', 'gap.approval', 'all'), ('observed', 'auc', 'black'))
    """
    ledger, _, rest = name.partition(".")
    metric, bracket, group = rest.partition("[")
    return ledger, metric, group.removesuffix("]") if bracket else "all"


_LIKE = "such as true.profit - 0.5*true.gap.approval"


def _check(node: ast.expr, told: str, names: dict[str, None]) -> None:
    name = _name(node)
    if name is not None:
        if name.split(".")[0] not in LEDGERS or "." not in name:
            ledgers = "true., observed. or cost."
            raise InputError(f"{told}: {name} must start with {ledgers}; {_LIKE}")
        names[name] = None
        return
    for inner in _inside(node, told):
        _check(inner, told, names)


def _inside(node: ast.expr, told: str) -> list[ast.expr]:
    """The parts of a part that is understood."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return []
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _ONE:
        return [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        arguments = 1 if node.func.id == "abs" else 2
        if node.func.id in _CALLS and len(node.args) == arguments:
            return list(node.args)
    part = ast.unparse(node)
    allowed = "figures, numbers, + - * /, min(a, b), max(a, b), abs(a)"
    raise InputError(f"{told}: {part} is not understood; allowed: {allowed}")


def _name(node: ast.expr) -> str | None:
    """``true.gap.approval`` or ``true.approval[black]``; None for anything else."""
    if isinstance(node, ast.Subscript):
        inner, group = _name(node.value), node.slice
        if isinstance(group, ast.Constant) and isinstance(group.value, str):
            return None if inner is None else f"{inner}[{group.value}]"
        if isinstance(group, ast.Name):
            return None if inner is None else f"{inner}[{group.id}]"
        return None
    if isinstance(node, ast.Attribute):
        inner = _name(node.value)
        return None if inner is None else f"{inner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else None


def _value(node: ast.expr, figures: Mapping[str, Any]) -> Any:
    import numpy as np

    name = _name(node)
    if name is not None:
        return figures[name]
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, figures), _value(node.right, figures)
        return getattr(np, _TWO[type(node.op)])(left, right)
    if isinstance(node, ast.UnaryOp):
        return getattr(np, _ONE[type(node.op)])(_value(node.operand, figures))
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name), "parse lets nothing else"
    return getattr(np, _CALLS[node.func.id])(*(_value(part, figures) for part in node.args))

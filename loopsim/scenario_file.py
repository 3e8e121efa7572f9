"""From a YAML file to a checked scenario, or to all of its faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from loopsim.errors import Fault, ScenarioError
from loopsim.registry import nearest
from loopsim.scenario import Scenario
from loopsim.scenario_faults import explain, in_order
from loopsim.scenario_rest import rest

Path_ = tuple[str | int, ...]
SET = "--set"


@dataclass
class Source:
    """Plain values and where each key path was written.

    Attributes
    ----------
    values : dict
    where : dict
        Key path to (file, line); line is None where there is no file.
    folders : list
        Where relative paths are looked for, the most basic file's folder first.
    """

    values: dict[str, Any] = field(default_factory=dict)
    where: dict[Path_, tuple[str, int | None]] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)

    def locate(self, path: Path_) -> tuple[str, int | None]:
        """File and line of a key path, or of the nearest part of it that was written."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.where:
                return self.where[path[:end]]
        return ("scenario", None)

    def put(self, path: Path_, value: Any, file: str, line: int | None = None) -> None:
        """Set one value by key path; a mapping is merged unless its `kind` changes."""
        node: Any = self.values
        for end, part in enumerate(path[:-1], 1):
            inner = node.get(part) if isinstance(node, dict) else None
            if isinstance(inner, bool | int | float):
                raise KeyError(path)
            if isinstance(node, dict) and not isinstance(inner, dict | list):
                self.where.setdefault(path[:end], (file, line))
                inner = node[part] = {"kind": inner} if isinstance(inner, str) else {}
            node = node[_index(node, part)] if isinstance(node, list) else inner
        if not isinstance(node, dict | list):
            raise KeyError(path)
        key: Any = _index(node, path[-1]) if isinstance(node, list) else path[-1]
        old = node.get(key) if isinstance(node, dict) else node[key]
        node[key] = _merged(old, value) if path else value
        if isinstance(value, Mapping) and "kind" in value:
            for known in [p for p in self.where if p[: len(path)] == path and len(p) > len(path)]:
                del self.where[known]
        self.where[path] = (file, line)


def _index(node: list[Any], part: str | int) -> int:
    index = int(part)
    if not 0 <= index < len(node):
        raise IndexError(part)
    return index


def _merged(old: Any, new: Any) -> Any:
    """`new` over `old`: mappings merge key by key, unless they are of different kinds."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    if "kind" in new and new["kind"] != old.get("kind"):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}


def read(file: str | Path, seen: tuple[Path, ...] = ()) -> Source:
    """The values of a file on top of those that it extends; checks nothing but YAML itself."""
    path = Path(file)
    values = _yaml(path)
    source = Source()
    if "extends" in values:
        line = values.lc.data["extends"][0] + 1
        parent = _base(path, line, values.pop("extends"), (*seen, path.resolve()))
        source = read(parent, (*seen, path.resolve()))
    source.folders.append(str(path.parent.resolve()))
    source.where[()] = (str(path), None)
    for key, value in values.items():
        source.put((key,), _plain(value), str(path), values.lc.data[key][0] + 1)
    source.where.update(_lines(values, (), str(path)))
    return source


def _base(path: Path, line: int, base: Any, seen: tuple[Path, ...]) -> Path:
    """The file that `path` extends; it must exist, and not be one that extends `path`."""
    if not isinstance(base, str):
        found = "" if base is None else str(base)
        empty = "empty; " if base is None else ""
        raise _fault(str(path), line, "extends", found, f"{empty}must be the path of a YAML file")
    parent = path.parent / base
    if not parent.is_file():
        near = nearest(parent.name, _siblings(parent))
        raise _fault(str(path), line, "extends", base, "no such file.", near)
    if parent.resolve() in seen:
        names = [file.name for file in (*seen[seen.index(parent.resolve()) :], parent)]
        circle = "the file extends itself: " + " extends ".join(names)
        raise _fault(str(path), line, "extends", base, circle)
    return parent


def _siblings(path: Path) -> list[str]:
    return [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []


def _yaml(path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import YAMLError

    try:
        values = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = nearest(path.name, _siblings(path))
        raise _fault(str(path), None, "scenario", "", "no such file.", near) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(str(path), None, "scenario", "", f"cannot be read: {error}") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        text = " ".join(str(getattr(error, "problem", None) or error).split())
        raise _fault(str(path), line, "scenario", "", f"not valid YAML: {text}") from None
    if not isinstance(values, CommentedMap):
        raise _fault(str(path), 1, "scenario", "", "must be a mapping with name, environment, ...")
    return values


def _lines(node: Any, path: Path_, file: str) -> Iterator[tuple[Path_, tuple[str, int | None]]]:
    """(key path, (file, line)) of everything inside a parsed node."""
    if not hasattr(node, "lc"):
        return
    keys = node if isinstance(node, Mapping) else range(len(node))
    for key in keys:
        if key in (node.lc.data or {}):
            yield (*path, key), (file, node.lc.data[key][0] + 1)
        yield from _lines(node[key], (*path, key), file)


def _plain(node: Any) -> Any:
    """Built-in types instead of the parser's own."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node if node is None else str(node)


def _fault(
    file: str, line: int | None, path: str, value: str, message: str, hint: str = ""
) -> ScenarioError:
    return ScenarioError([Fault(file, line, path, value, message, hint)])


def load(file: str | Path, overrides: Mapping[str, Any]) -> Scenario:
    """See `Scenario.load`."""
    return _checked(read(file), overrides)


def parse(data: Mapping[str, Any], overrides: Mapping[str, Any]) -> Scenario:
    """See `Scenario.parse`."""
    source = Source(where={(): ("scenario", None)})
    source.values = _plain(data)
    return _checked(source, overrides)


def _checked(source: Source, overrides: Mapping[str, Any]) -> Scenario:
    for name, value in overrides.items():
        try:
            source.put(tuple(name.split(".")), _plain(value), SET)
        except (KeyError, IndexError, ValueError):
            raise _fault(SET, None, name, str(value), "no such key path to set") from None
    scenario, faults = _validated(source)
    if scenario is not None:
        faults += [
            Fault(*source.locate(_parts(path)), path, _shown(source.values, path), message)
            for path, message in scenario.faults()
        ]
    if scenario is None or faults:
        raise ScenarioError(in_order(faults))
    return scenario


def _validated(source: Source) -> tuple[Scenario | None, list[Fault]]:
    """The scenario, or all that is wrong and, for the checks that follow, one of what is sound."""
    faults: list[Fault] = []
    values: dict[str, Any] | None = source.values
    while values is not None:
        try:
            context = {"folders": source.folders}
            return Scenario.model_validate(values, context=context), faults
        except ValidationError as error:
            new = explain(error, source)  # of what is left only the shocks had not been looked at
            faults += [f for f in new if values is source.values or f.path.startswith("shocks")]
            values = rest(values, error)
    return None, faults


def _parts(path: str) -> Path_:
    """A dotted key path as it was located: a place in a list is a number."""
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))


def _shown(values: Any, path: str) -> str:
    for part in path.split("."):
        if isinstance(values, list):
            values = values[int(part)] if part.isdigit() and int(part) < len(values) else None
        else:
            values = values.get(part) if isinstance(values, dict) else None
    return "" if values is None else str(values)[:80]

"""All results of a study as one table."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa

from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.studies import results
from loopsim.studies.differences import flat, varied
from loopsim.studies.folder import Folder


def frame(folder: Folder, what: str | None) -> pd.DataFrame:
    """See `loopsim.studies.study.Study.frame`."""
    parts = [results.table(path) for path in folder.listing(_kind(folder, what))]
    found = pa.concat_tables([_bare(part) for part in parts], promote_options="permissive")
    labels = _labels([results.facts(part) for part in parts])
    kept = [name for name in labels if name not in found.column_names or name == results.RUN]
    return labels[kept].merge(found.to_pandas(), on=results.RUN, sort=False)


def _kind(folder: Folder, what: str | None) -> str:
    kinds = [kind for kind in folder.kinds() if folder.listing(kind)]
    if what is None and len(kinds) == 1:
        return kinds[0]
    if what in kinds and what is not None:
        return what
    if what is None:
        said = f"several kinds of runs, {', '.join(kinds)}: say which" if kinds else "no runs yet"
        raise InputError(f"{folder.path}: there are {said}")
    raise InputError(f"{folder.path}: no runs of the kind {what!r}; {there_are(kinds, what)}")


def _bare(part: pa.Table) -> pa.Table:
    """Plain columns: what was a category in pandas is one for itself in every part."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in part.columns
    ]
    return pa.table(dict(zip(part.column_names, columns, strict=True)))


def _labels(facts: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a run: run, seed, and the key paths in which their scenarios differ."""
    known: dict[str, dict[str, Any]] = {}
    for fact in facts:
        text = json.dumps(fact["scenario"], sort_keys=True)
        if text not in known:
            known[text] = flat(fact["scenario"])
        fact["flat"] = known[text]
    names = varied(list(known.values()))
    rows = [
        {"run": fact["key"][:16], "seed": fact["seed"]}
        | {name: _cell(fact["flat"].get(name)) for name in names}
        for fact in facts
    ]
    return pd.DataFrame(rows)


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value

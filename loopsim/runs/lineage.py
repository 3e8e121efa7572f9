"""Lineage: where the versions of a run came from, and what one decision depended on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS
from loopsim.draws import Draws
from loopsim.errors import InputError, RunFolderError
from loopsim.retraining.canary import serves
from loopsim.runs import segments
from loopsim.runs.folder import reported

if TYPE_CHECKING:
    import pandas as pd

    from loopsim.runs.reader import Run

Facts = dict[str, Any]
#: What became of a candidate that is no version.
REFUSED = "kept"


@dataclass(frozen=True)
class Lineage:
    """The records of all versions of a run, and the candidates that never became one.

    Made by `Run.lineage`.

    Attributes
    ----------
    versions : list of dict
        One a version, by number, as in ``models/version-0001.json``: ``parent`` (the version that
        was live when it was fitted), ``model_of`` (another one's number after a rollback), ``data``
        (hash, rows, first and last round, rows by kind of feedback and by the version that scored
        them), ``features``, ``model``, ``policy``, ``thresholds``, ``desk``, ``reference`` (of the
        monitors), ``gate``, ``reason``. Beside them ``until``: the round in which it gave way, None
        if it never did.
    refused : list of dict
        Events of candidates that were refused, superseded, or could not be fitted.
    run : Run
    """

    versions: list[Facts]
    refused: list[Facts]
    run: Run

    @classmethod
    def of(cls, run: Run) -> Lineage:
        """Read the lineage of a run; RunFolderError if it was written without one."""
        records = _records(run)
        live = sorted((r["live"], r["version"]) for r in records if r["live"] is not None)
        ends = {number: end for (_, number), (end, _) in pairwise(live)}
        versions = [record | {"until": ends.get(record["version"])} for record in records]
        events = run.events().to_dict("records")
        return cls(versions, [e for e in events if e["kind"] == REFUSED], run)

    def __len__(self) -> int:
        return len(self.versions)

    def version(self, number: int) -> Facts:
        """The record of a version; InputError if there is none."""
        for record in self.versions:
            if record["version"] == number:
                return record
        have = f"there are 1 to {len(self)}" if len(self) else "there is none"
        raise InputError(f"version {number}: no such version in this run; {have}")

    def ancestors(self, number: int) -> list[Facts]:
        """A version, the one that was live when it was fitted, and so on to the first."""
        line = [self.version(number)]
        while (parent := line[-1]["parent"]) is not None:
            line.append(self.version(parent))
        return line

    def live_at(self, t: int) -> int:
        """The number of the version that was live in a round; 0 if there was none."""
        begun = [(r["live"], r["version"]) for r in self.versions if r["live"] is not None]
        return max((pair for pair in begun if pair[0] <= t), default=(0, 0))[1]

    def frame(self) -> pd.DataFrame:
        """One row a version: what the terminal shows, with whole hashes."""
        import pandas as pd

        return pd.DataFrame([_row(record) for record in self.versions], columns=COLUMNS)

    def scored_by(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        """(n,) the versions that truly scored some predictions, whatever the log says of them.

        Parameters
        ----------
        rows : DataFrame
            Of the predictions: columns round and id.
        """
        t, ids = rows["round"].to_numpy(np.int64), rows["id"].to_numpy(np.int64)
        rounds, place = np.unique(t, return_inverse=True)
        who = np.array([self.live_at(int(when)) for when in rounds], dtype=np.int64)[place]
        draws = Draws(self.run.manifest["seed"])
        for record in self.versions:
            if (told := record.get("canary")) is not None:
                until = np.inf if told["until"] is None else told["until"]
                at = np.flatnonzero((t >= told["since"]) & (t < until))
                at = at[serves(draws, record["fitted"], told["share"], ids[at])]
                who[at] = record["version"]
        return who

    def performance(self) -> pd.DataFrame:
        """What each version's labels say of it, by the version that scored and by the one logged.

        Returns
        -------
        DataFrame
            One row a version with outcomes: ``served`` and ``logged`` (labels that can be joined
            with its predictions), ``brier_served`` and ``brier_logged``.
        """
        import pandas as pd

        names = ["prediction_id", "round", "version", "id", "score"]
        rows = self.run.predictions(names).dropna(subset=["prediction_id"])
        labels = self.run.feedback(["prediction_id", "label", "kind"])
        rows = rows.merge(labels[labels["kind"] == "outcome"], on="prediction_id")
        rows = rows.assign(truly=self.scored_by(rows), brier=(rows["score"] - rows["label"]) ** 2)
        served, logged = (rows.groupby(by)["brier"] for by in ("truly", "version"))
        table = pd.DataFrame(
            {
                "served": served.size(),
                "logged": logged.size(),
                "brier_served": served.mean(),
                "brier_logged": logged.mean(),
            }
        )
        table = table.fillna({"served": 0, "logged": 0}).astype({"served": int, "logged": int})
        return table[table.index > 0].rename_axis("version").reset_index()

    def prediction(self, number: int) -> Facts:
        """Everything that one decision depended on, and what came back of it.

        Parameters
        ----------
        number : int
            Its ``prediction_id``.

        Returns
        -------
        dict
            ``prediction`` (its row in the log: score, action, features as the model saw them),
            ``live`` (the version that was live in that round, which the row's own version is
            unless it was a canary or logged wrong), ``version`` (the record of the row's version),
            ``ancestors`` (numbers), ``threshold`` (between which scores the answer turned in that
            round, group and version), ``reviews``, ``feedback`` (rows),
            ``seed`` and ``software``.

        Raises
        ------
        InputError
            If the log has no such prediction.
        """
        run, t = self.run, number >> ENTITY_BITS
        table = _logged(run, "predictions", "round", "round", t)
        rows = table[table["prediction_id"] == number]
        if not len(rows):
            raise InputError(
                f"prediction {number}: no such prediction_id in this run's log (it would be of "
                f"round {t}); ids are in the column prediction_id of predictions/"
            )
        row = _plain(rows.iloc[0].to_dict())
        version = int(row["version"])
        return {
            "prediction": row,
            "live": self.live_at(t),
            "version": self.version(version) if version else None,
            "ancestors": [r["version"] for r in self.ancestors(version)] if version else [],
            "threshold": _turning(table, row),
            "reviews": _of_prediction(run, "reviews", "round", number),
            "feedback": _of_prediction(run, "feedback", "revealed", number),
            "seed": run.manifest["seed"],
            "software": run.manifest.get("software", {}),
        }

    def to_dict(self) -> Facts:
        """Ready for JSON."""
        return {
            "folder": None if self.run.folder is None else str(self.run.folder),
            "versions": self.versions,
            "refused": self.refused,
        }


COLUMNS = ["version", "live", "until", "fitted", "parent", "model_of", "rows", "first", "last",
           "data", "model", "verdict", "approver", "reason"]  # fmt: skip


def _row(record: Facts) -> Facts:
    gate, data = record["gate"] or {}, record["data"]
    return {
        **{name: record[name] for name in COLUMNS[:7]},
        "first": data.get("first"),
        "last": data.get("last"),
        "data": data["hash"],
        "model": record["model"].get("sha256"),
        "verdict": gate.get("why") or gate.get("answer"),
        "approver": gate.get("approver"),
        "reason": record["reason"],
    }


def _records(run: Run) -> list[Facts]:
    if run.simulation is not None:
        from loopsim.retraining.lineage import record

        return [record(run.simulation, made) for made in run.simulation.versions]
    if run.folder is None:
        return []
    files = sorted((run.folder / "models").glob("version-*.json"))
    try:
        found = []
        for file in files:
            with reported(file, "read"):
                found.append(json.loads(file.read_text(encoding="utf-8")))
        found.sort(key=lambda record: (record["version"], record["live"] is None))
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"{file}: not the lineage of a version: {error}") from error
    if not found and run.manifest["versions"]:
        raise RunFolderError(f"{run.folder}: written without lineage (models/version-*.json)")
    return found


def _logged(run: Run, name: str, when: str, column: str, value: int) -> Any:
    """The rows of a logged table with a value in a column, as a DataFrame."""
    import pandas as pd
    import pyarrow.compute as pc

    if run.folder is None:
        raise RunFolderError("this run was kept in memory only; give `out=` to keep its log")
    table = segments.read(run.folder / name, when, rows=pc.field(column) == value)
    return pd.DataFrame(columns=["prediction_id"]) if table is None else segments.frame(table)


def _of_prediction(run: Run, name: str, when: str, number: int) -> list[Facts]:
    table = _logged(run, name, when, "prediction_id", number)
    return [_plain(row) for row in table.to_dict("records")]


def _plain(row: Facts) -> Facts:
    """Values as JSON has them; NaN and null are None."""
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in row.items()}
    return {k: None if v != v else v for k, v in plain.items()}


def _turning(table: Any, row: Facts) -> Facts | None:
    """The highest score that got a no and the lowest that got a yes, in the round and group.

    Of cases that got the likelier answer and no reviewer saw; None where these do not part.
    """
    mine = table[(table["group"] == row["group"]) & (table["version"] == row["version"])]
    settled = mine[(mine["propensity"] > 0.5) & ~mine["reviewed"]]
    no, yes = (settled["score"][settled["action"] == answer] for answer in (0, 1))
    if len(no) and len(yes) and no.max() >= yes.min():
        return None
    return {
        "highest_no": float(no.max()) if len(no) else None,
        "lowest_yes": float(yes.min()) if len(yes) else None,
    }

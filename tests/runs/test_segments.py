import duckdb
import numpy as np
import pytest

from loopsim.errors import RunFolderError
from loopsim.features import Schema
from loopsim.runs import segments, table_log
from loopsim.runs.table_log import TableLog
from loopsim.runs.tables import Feedback, Predictions
from loopsim.runs.writer import Writer

SCHEMA = Schema(("income", "home", "score"), {"home": ("owns", "rents")})


def cases(ids, income=1.0, home=0.0, score=650.0):
    n = len(ids)
    columns = {
        "id": np.asarray(ids),
        "group": np.arange(n) % 2,
        "score": np.linspace(0.1, 0.9, n),
        "action": np.ones(n, np.int8),
        "propensity": np.full(n, 0.95),
        "reviewed": np.zeros(n, bool),
    }
    return n, columns, np.column_stack([np.full(n, v) for v in (income, home, score)])


@pytest.fixture
def log(tmp_path):
    writer = Writer()
    yield TableLog(tmp_path / "predictions", Predictions(("a", "b"), SCHEMA), writer)
    writer.close()


def read(log, columns=None):
    return segments.read(log.folder, "round", columns)


def test_a_segment_reads_back_with_names_types_and_missing_values(log):
    log.append(*cases([3, 9]), (0, 1))
    log.append(*cases([4], income=np.nan, home=np.nan), (2, 1))
    log.finish()
    frame = read(log).to_pandas()
    assert list(frame["prediction_id"]) == [3, 9, (2 << 40) + 4]
    assert list(frame["round"]) == [0, 0, 2]
    assert list(frame["group"].astype(str)) == ["a", "b", "a"]
    assert frame["home"].astype(object).where(frame["home"].notna(), None).tolist() == [
        "owns",
        "owns",
        None,
    ]
    assert frame["income"].isna().tolist() == [False, False, True]
    assert list(frame["score"]) == [0.1, 0.9, 0.1]
    assert list(frame["feature_score"]) == [650.0] * 3  # the name was taken by the model's score
    assert str(frame["income"].dtype) == "float32"


def test_duckdb_reads_the_segments_and_sees_nulls(log):
    log.append(*cases([3, 9], income=np.nan), (0, 1))
    log.finish()
    sql = f"select count(*), count(income), max(home) from '{log.folder}/*.parquet'"
    assert duckdb.sql(sql).fetchall() == [(2, 0, "owns")]


def test_many_small_rounds_make_few_files(log, monkeypatch):
    monkeypatch.setattr(table_log, "SMALL", 100)
    for t in range(300):
        log.append(*cases([t]), (t, 1))
        if t % 10 == 9:
            log.checkpoint()
    log.finish()
    names = sorted(path.name for path in log.folder.iterdir())
    assert names == [f"rounds-{a:06d}-{a + 99:06d}.parquet" for a in (0, 100, 200)]
    assert list(read(log).to_pandas()["id"]) == list(range(300))


def test_the_tail_is_read_once_even_if_a_kill_left_it_beside_its_segment(log):
    log.append(*cases([1]), (0, 1))
    log.checkpoint()
    (tail,) = log.folder.glob("tail-*")
    content = tail.read_bytes()
    log.append(*cases([2]), (1, 1))
    log.checkpoint()
    assert [path.name for path in log.folder.iterdir()] == ["tail-000000-000001.parquet"]
    assert list(read(log).to_pandas()["id"]) == [1, 2]
    log.finish()
    tail.write_bytes(content)
    assert list(read(log).to_pandas()["id"]) == [1, 2]


def test_rows_that_only_a_longer_tail_has_are_not_lost(log):
    for t in range(4):
        log.append(*cases([t]), (t, 1))
    log.tail()
    log.writer.drain()
    content = next(log.folder.glob("tail-*")).read_bytes()
    log.buffer.clear()
    for t in range(2):  # taken up again from the start, it got only so far
        log.append(*cases([t]), (t, 1))
    log.flush()
    log.writer.drain()
    assert [p.read_bytes() == content for p in log.folder.glob("tail-*")] == [True]
    assert list(read(log).to_pandas()["id"]) == [0, 1, 2, 3]
    assert list(read(log, ["id"]).to_pandas()["id"]) == [0, 1, 2, 3]


def test_full_buffers_are_written_beside_the_next_round(log, monkeypatch):
    monkeypatch.setattr(table_log, "SEGMENT", 50)
    for t in range(20):
        log.append(*cases(np.arange(60)), (t, t))
    log.finish()
    assert len(segments.listing(log.folder)) == 20
    frame = read(log, ["round", "version", "id"]).to_pandas()
    assert (frame["round"] == np.repeat(np.arange(20), 60)).all()
    assert (frame["version"] == frame["round"]).all()


def test_an_error_in_the_writer_is_raised_at_the_next_call(log, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(segments.pq, "write_table", full)
    monkeypatch.setattr(table_log, "SEGMENT", 1)
    with pytest.raises(RunFolderError, match=r"rounds-000000-000000.parquet: the disk is full"):
        for t in range(5):
            log.append(*cases([1]), (t, 1))
    assert list(log.folder.iterdir()) == []
    log.writer._error = None


def test_a_segment_that_is_damaged_is_named(log):
    log.append(*cases([1]), (0, 1))
    log.finish()
    path = segments.listing(log.folder)[0][2]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RunFolderError, match=path.name):
        read(log)


def test_the_feedback_table_says_when_a_label_was_revealed(tmp_path):
    log = TableLog(tmp_path / "feedback", Feedback(), Writer())
    columns = {"prediction_id": np.array([5, 6]), "label": np.array([1, 0]), "opened": [0, 0]}
    columns["kind"] = np.zeros(2, np.int8)
    log.append(2, columns, None, (4,))
    log.finish()
    log.writer.close()
    frame = segments.read(log.folder, "revealed").to_pandas()
    assert frame.astype({"kind": str}).to_dict("list") == {
        "prediction_id": [5, 6],
        "label": [1, 0],
        "opened": [0, 0],
        "revealed": [4, 4],
        "kind": ["outcome"] * 2,
    }

"""Erasure and retention in the run folder: whole or not at all, the same bytes after kill -9."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
import toy_world
from hypothesis import given, settings
from hypothesis import strategies as st

import loopsim
from loopsim.cases import prediction_ids
from loopsim.features import Schema
from loopsim.governance.gone import Gone
from loopsim.runs import chain, segments
from loopsim.runs.folder import Folder
from loopsim.runs.tables import Predictions

SMALL = 300
RULES = {
    "consent": {"a": 0.9, "b": 0.7},
    "retention": 9,
    "erasure": {"ask": 0.01, "refused": 0.1, "delay": 2, "law": "geometric", "refit": True},
    "limits": ["observed.approval >= 0.9"],
}
GOVERNED = toy_world.BASE | {"governance": RULES}
EVERY_3 = toy_world.BASE | {"governance": RULES | {"every": 3}, "training": {"holdout": 0.2}}


def process(folder, *killer, data):
    args = [str(folder), json.dumps(data), str(SMALL), *map(str, killer)]
    return subprocess.run([sys.executable, toy_world.__file__, *args], check=False).returncode


@pytest.fixture(scope="module", params=[GOVERNED, EVERY_3], ids=["every round", "every third"])
def undisturbed(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "undisturbed"
    assert process(folder, data=request.param) == 0
    return folder, request.param


MOMENTS = {
    "when rows go": [("on_gone", 9), ("on_round", 13), ("on_gone", 21)],
    "at random": [("after", s) for s in np.random.default_rng(3).uniform(0.1, 0.9, 2).round(3)],
}


@pytest.mark.parametrize("kills", MOMENTS.values(), ids=MOMENTS.keys())
def test_a_run_that_erases_is_killed_and_resumed_to_the_same_bytes(
    kills, undisturbed, tmp_path, hashes
):
    whole, data = undisturbed
    folder = tmp_path / "killed"
    for hook, at in kills:
        assert process(folder, hook, at, data=data) in (-signal.SIGKILL, 0)
        if folder.exists():
            run = loopsim.open(folder)
            joined_up(run)
            assert chain.verify(Folder(folder)).intact
    assert process(folder, data=data) == 0
    assert hashes(folder) == hashes(whole)


def joined_up(run):
    """No label and no review without its prediction."""
    known = set(run.predictions(["prediction_id"])["prediction_id"])
    assert set(run.feedback(["prediction_id"])["prediction_id"]) <= known


def test_what_is_erased_or_too_old_is_nowhere_in_the_folder(undisturbed):
    folder, _ = undisturbed
    run = loopsim.open(folder)
    events = run.events()
    assert {"erased", "expired", "withheld", "breach"} <= set(events["kind"])
    before = int(events.loc[events["kind"] == "expired", "before"].max())
    assert run.predictions()["round"].min() == before
    assert run.feedback()["opened"].min() >= before
    joined_up(run)
    assert not list((folder / "checkpoints").glob("*"))  # they held what is erased by now


class Seen:
    """Who went, and when."""

    def __init__(self):
        self.gone = []

    def on_gone(self, sim, t, gone):
        self.gone.append((t, gone.people))


@pytest.mark.parametrize("level", ["full", "sampled"])
def test_an_erased_person_has_no_row_of_before_and_all_rows_of_after(level, scenario, tmp_path):
    seen, rules = Seen(), {"erasure": {"ask": 0.02}}
    log = {"log.level": level, "log.share": 0.5}
    one = loopsim.run(scenario(governance=rules, **log), out=tmp_path / "a", observers=[seen])
    two = loopsim.run(scenario(governance={"erasure": {"ask": 0.0}}, **log), out=tmp_path / "b")
    rows, every = one.predictions(), two.predictions()
    last = {int(p): t for t, people in seen.gone for p in people}
    assert len(last) > 50
    expected = every[every["round"] >= every["id"].map(last).fillna(0)]
    # The models differ by what was erased, the arrivals and who is logged do not.
    assert set(rows["prediction_id"]) == set(expected["prediction_id"])


def test_reviews_of_the_erased_go_too(tmp_path):
    plan = loopsim.Scenario.parse(
        {
            "name": "desk", "rounds": 8, "environment": {"kind": "lending", "people": 300},
            "oversight": {"kind": "desk", "reviewers": {"kind": "expert", "count": 2}},
            "training": {"history": {"rows": 200}}, "log": {"checkpoint": 3},
            "governance": {"erasure": {"ask": 0.05}, "retention": 4},
        }
    )  # fmt: skip
    seen = Seen()
    run = loopsim.run(plan, out=tmp_path / "run", observers=[seen])
    joined_up(run)
    known, reviews = run.predictions(["prediction_id"]), run.reviews(["prediction_id"])
    assert len(reviews) and set(reviews["prediction_id"]) <= set(known["prediction_id"])


def test_a_log_that_was_written_without_rules_has_the_same_bytes(scenario, tmp_path, hashes):
    plain = loopsim.run(scenario(), out=tmp_path / "plain")
    ruled = loopsim.run(scenario(governance={}), out=tmp_path / "ruled")
    one, two = hashes(plain.folder), hashes(ruled.folder)
    logs = [n for n in one if n.startswith(("predictions", "feedback", "events")) or "skops" in n]
    assert logs and all(one[n] == two[n] for n in logs)


LAYOUT = Predictions(("a", "b"), Schema(("x", "home"), {"home": ("owns", "rents", "other")}))


def segment(folder, seed, rounds=4, people=60):
    """A file of some rounds, with gaps and with a level that nobody has."""
    rng = np.random.default_rng(seed)
    rows = LAYOUT.buffer()
    for t in range(rounds):
        ids = np.flatnonzero(rng.random(people) < 0.6)
        columns = {
            "id": ids, "group": ids % 2, "score": rng.random(ids.size).round(2),
            "action": ids % 3 == 0, "propensity": np.ones(ids.size), "reviewed": ids % 5 == 0,
        }  # fmt: skip
        x = np.where(rng.random(ids.size) < 0.2, np.nan, rng.normal(size=ids.size))
        home = np.where(rng.random(ids.size) < 0.2, np.nan, rng.integers(0, 2, ids.size))
        rows.append(ids.size, columns, np.column_stack([x, home]), (t, 1))
    return segments.write(folder, LAYOUT.arrow(rows), LAYOUT, (0, rounds - 1), "rounds"), rows


def people_of(ids):
    return ids


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sets(st.integers(0, 59), max_size=30), min_size=1, max_size=4), st.data())
def test_the_bytes_do_not_depend_on_the_order_of_erasures(tmp_path_factory, steps, data):
    before = data.draw(st.integers(0, 4))
    folder = tmp_path_factory.mktemp("steps")
    path, _ = segment(folder / "one", 1)
    for step in data.draw(st.permutations([*steps, *steps])):
        gone = Gone(0, np.array(sorted(step), dtype=np.int64), people_of)
        segments.erase(folder / "one", LAYOUT, gone)
    old = Gone(before, np.empty(0, np.int64), people_of)
    segments.erase(folder / "one", LAYOUT, old)
    _, rows = segment(folder / "two", 1)
    all_ = Gone(before, np.array(sorted(set().union(*steps)), dtype=np.int64), people_of)
    segments.erase(folder / "two", LAYOUT, all_)
    assert path.read_bytes() == (folder / "two" / path.name).read_bytes()
    # ... nor on whether rows went before they were written.
    rows.drop(all_.rows(*LAYOUT.cases(rows)))
    if rows.rows:
        fresh = segments.write(folder / "three", LAYOUT.arrow(rows), LAYOUT, (0, 3), "rounds")
        assert fresh.read_bytes() == path.read_bytes()


def test_a_file_without_rows_left_stays_and_reads_as_none(tmp_path):
    path, rows = segment(tmp_path, 2)
    segments.erase(tmp_path, LAYOUT, Gone(9, np.empty(0, np.int64), people_of))
    assert path.is_file() and segments.read(tmp_path, "round").num_rows == 0
    rows.drop(np.ones(rows.rows, bool))
    assert rows.rows == 0 and rows.spans.size == 0


def test_a_file_that_has_none_of_the_rows_is_not_written_anew(tmp_path):
    path, _ = segment(tmp_path, 2)
    before = path.stat().st_mtime_ns
    segments.erase(tmp_path, LAYOUT, Gone(0, np.array([99]), people_of))
    assert path.stat().st_mtime_ns == before


def test_the_rows_of_a_case_are_told_by_its_prediction():
    gone = Gone(2, np.array([5]), people_of)
    opened, ids = np.array([1, 2, 3, 3]), np.array([4, 4, 5, 6])
    by_row = gone.rows(opened, ids)
    assert by_row.tolist() == [True, False, True, False]
    pids = np.array([prediction_ids(t, np.array([i]))[0] for t, i in zip(opened, ids, strict=True)])
    assert gone.predictions(pids).tolist() == by_row.tolist()

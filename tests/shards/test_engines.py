"""Where shards live moves no byte; one that fails or is lost ends the run with the reason."""

import json

import pytest
from typer.testing import CliRunner

import loopsim
import loopsim.shards
from loopsim.cli import app
from loopsim.errors import EngineError, InputError, PluginError, RunFolderError, ScenarioError
from loopsim.shards.engines.threads import threads
from loopsim.shards.running import split

DESK = {"kind": "desk", "reviewers": "expert"}
OWN = """
class Moody:
    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        import numpy as np
        if len(X) and {fails}:
            raise ValueError("not today")
        return np.full((len(X), 2), 0.5)
"""


def test_loopsim_run_takes_shards(scenario, tmp_path, hashes):
    plan = loopsim.run(scenario(), out=tmp_path / "one").folder / "scenario.yaml"
    words = ["run", str(plan), "--shards", "2", "--out", str(tmp_path / "two"), "--no-report"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    facts = json.loads((tmp_path / "two" / "timings.json").read_text())["stretches"][0]
    assert facts["crossed"]["dashboard"]["messages"] == 9
    assert [shard["people"] for shard in facts["shards"]] == [350, 350]
    assert all(shard["peak_bytes"] > 10**6 for shard in facts["shards"])


def test_the_workers_of_a_dask_cluster_hold_a_shard_each(scenario, tmp_path, hashes):
    distributed = pytest.importorskip("distributed")
    quiet = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    loopsim.run(scenario(rounds=3), out=tmp_path / "one")
    with distributed.LocalCluster(processes=False, **quiet) as cluster:
        address = cluster.scheduler_address
        for shards, name in ((None, "two"), (3, "three")):
            loopsim.shards.run(scenario(rounds=3), shards, tmp_path / name, cluster=address)
            assert hashes(tmp_path / "one") == hashes(tmp_path / name)


def test_without_a_scheduler_nothing_has_run(scenario, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="--cluster nonsense: no scheduler answers"):
        loopsim.shards.run(scenario(), 2, tmp_path / "run", cluster="nonsense")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"policy": "demographic-parity"}, "policy = demographic-parity: cannot be split over"),
        ({"policy": "equal-opportunity"}, "those that can be: threshold, break-even, budget, max"),
        ({"monitors": [{"kind": "missing"}]}, "monitors.0 = missing: cannot be split over shards"),
        ({"oversight": DESK}, "oversight = desk: cannot be split over shards: a desk is one"),
    ],
)
def test_what_needs_everybody_in_one_place_is_refused_by_name(changes, message, scenario, tmp_path):
    with pytest.raises(ScenarioError, match=message):
        loopsim.shards.run(scenario(**changes), 2, tmp_path / "run", engine=threads)
    assert not (tmp_path / "run").exists()


def test_another_world_is_refused(tmp_path):
    plan = {"name": "x", "environment": "fraud", "policy": "everyone"}
    with pytest.raises(ScenarioError, match=r"environment = fraud: .*that can be: lending$"):
        loopsim.shards.run(loopsim.Scenario.parse(plan), 2, False, engine=threads)


@pytest.mark.parametrize(("shards", "message"), [(0, "must be 1 to 10"), (11, "must be 1 to 10")])
def test_a_wrong_number_of_shards_is_told(shards, message):
    with pytest.raises(InputError, match=message):
        split(10, shards)
    with pytest.raises(InputError, match="must ascend, up to 10"):
        split(10, [5, 3])


def test_a_split_run_cannot_be_taken_up_again_and_says_so(scenario, tmp_path):
    class Stop:
        def on_round(self, sim, t, cases, outcomes):
            if t == 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loopsim.shards.run(scenario(), 2, tmp_path / "run", [Stop()], engine=threads)
    assert loopsim.open(tmp_path / "run").status == "interrupted"
    with pytest.raises(RunFolderError, match="a run over 2 shards has no checkpoints; start it"):
        loopsim.resume(tmp_path / "run")


@pytest.mark.parametrize("fails", ["False", "True"])
def test_own_code_crosses_and_its_errors_come_back(fails, scenario, tmp_path, hashes):
    code = tmp_path / f"own_{fails.lower()}.py"
    code.write_text(OWN.format(fails=fails))
    plan = scenario(model={"kind": "file", "path": str(code), "name": "Moody"}, rounds=3)

    def run():
        return loopsim.shards.run(plan, 2, tmp_path / "two", code=[code])

    if fails == "False":
        loopsim.run(plan, tmp_path / "one", code=[code])
        run()
        assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    else:
        with pytest.raises(PluginError, match="not today"):
            run()
        assert loopsim.open(tmp_path / "two").status == "failed"


def test_a_shard_that_is_gone_is_told(scenario):
    class Close:
        def on_round(self, sim, t, cases, outcomes):
            sim.crossing.channels[1].close()  # as if its process had ended
            sim.crossing.channels[1]._in.put(None)

    with pytest.raises(EngineError, match="shard 2 of 3 is gone"):
        loopsim.shards.run(scenario(), 3, False, [Close()], engine=threads)

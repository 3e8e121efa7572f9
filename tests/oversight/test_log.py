"""Every look is in the log, and a run that is taken up again has the same."""

import numpy as np
import pytest

import loopsim

DESK = {
    "kind": "desk",
    "route": {"kind": "band", "low": 0.4, "high": 0.97},
    "reviewers": {"kind": "expert", "count": 6, "automation": 0.1, "habituation": 0.001},
    "override": "justify",
    "capacity": 40,
    "double": 0.3,
    "reserve": 0.3,
    "appeals": 0.1,
}


def plan(**changes):
    return loopsim.Scenario.parse(
        {
            "name": "logged",
            "rounds": 8,
            "environment": {"kind": "lending", "people": 1500, "apply": 0.5},
            "training": {"rule": {"kind": "every", "rounds": 3}, "history": {"rows": 300}},
            "oversight": DESK,
            "log": {"checkpoint": 3},
        },
        changes,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return loopsim.run(plan(), out=tmp_path_factory.mktemp("logged") / "run")


def test_the_log_says_who_saw_what_and_what_became_of_it(run):
    looks = run.reviews()
    assert set(looks["stage"]) == {"review", "second", "adjudication", "appeal"}
    left = looks["reviewer"].isna()
    assert (looks["reason"] == "no room").equals(left) and 0 < left.sum() < len(looks)
    assert (looks.loc[left, "action"] == looks.loc[left, "advised"]).all()
    agreed = looks["reason"] == "confirmed"
    assert (looks["action"] == looks["advised"])[agreed].all()
    assert {"judgement", "not written down"} <= set(looks["reason"])
    cases = looks.merge(run.predictions(), on="prediction_id", suffixes=("", "_of_case"))
    assert len(cases) == len(looks)
    for mine, logged in (("final", "action_of_case"), ("version", "version_of_case")):
        assert (cases[mine] == cases[logged]).all()


def test_a_case_is_marked_as_reviewed_only_if_somebody_had_room(run):
    looks, cases = run.reviews(), run.predictions()
    seen = set(looks.loc[looks["reviewer"].notna(), "prediction_id"])
    assert set(cases.loc[cases["reviewed"], "prediction_id"]) == seen
    alone = looks.groupby("prediction_id").filter(lambda rows: rows["reviewer"].isna().all())
    assert (alone["final"] == alone["advised"]).all()


class Stop:
    def on_round(self, sim, t, cases, outcomes):
        if t == 4:
            raise KeyboardInterrupt


def test_a_run_that_is_taken_up_again_has_the_same_reviews(run, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        loopsim.run(plan(), out=tmp_path / "run", observers=[Stop()])
    assert 0 < len(loopsim.open(tmp_path / "run").reviews()) < len(run.reviews())
    again = loopsim.resume(tmp_path / "run")
    assert again.reviews().equals(run.reviews())
    assert again.metrics().equals(run.metrics())


def test_a_sampled_log_keeps_the_looks_at_the_same_people(run, tmp_path):
    some = loopsim.run(plan(**{"log.level": "sampled", "log.share": 0.3}), out=tmp_path / "run")
    kept = set(some.predictions()["prediction_id"])
    looks = run.reviews()
    mine = looks[looks["prediction_id"].isin(kept)].reset_index(drop=True)
    assert some.reviews().equals(mine) and 0 < len(mine) < len(looks)


def test_without_a_desk_there_are_no_reviews(tmp_path):
    empty = loopsim.run(plan(oversight="none", rounds=1), out=tmp_path / "run").reviews()
    assert len(empty) == 0 and "reviewer" in empty


def test_a_restored_desk_goes_on_where_it_was(tmp_path, run):
    state = {k: np.array(v) for k, v in loopsim.Simulation(plan()).run(5).state().items()}
    again = loopsim.Simulation.restored(plan(), state, run.folder / "models").run()
    whole = loopsim.Simulation(plan()).run()
    for name, value in whole.desk.state().items():
        np.testing.assert_array_equal(value, again.desk.state()[name], err_msg=name)
    np.testing.assert_array_equal(whole.cases.actions, again.cases.actions)

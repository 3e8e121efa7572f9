import subprocess
import sys

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.environments.recommender.fitted import FittedSource
from loopsim.environments.recommender.stars import of_utility
from loopsim.environments.recommender.tastes import Tastes
from loopsim.errors import DataError, ScenarioError


def arrays(n=8, m=12, f=3, d=4):
    rng = np.random.default_rng(0)
    return {
        "users": rng.normal(size=(n, f)),
        "items": rng.normal(size=(m, f)),
        "item_bias": rng.normal(size=m),
        "activity": rng.uniform(1, 5, n),
        "popularity": rng.uniform(0, 9, m),
        "user_group": np.arange(n) % 2,
        "item_attributes": (rng.uniform(size=(m, d)) < 0.4) * 1.0,
        "creator": np.arange(m) % 3,
        "position": np.array([1.0, 0.6, 0.5]),
        "intercept": -2.0,
        "groups": ["women", "men"],
        "attributes": ["a", "b", "c", "d"],
    }


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tastes.npz"
    Tastes(**arrays()).save(path)
    return path


def test_what_is_written_is_what_is_read(file):
    made, found = Tastes(**arrays()), Tastes.load(file)
    for name, values in vars(made).items():
        np.testing.assert_array_equal(values, getattr(found, name), err_msg=name)
        if name != "stars":
            assert values.dtype == getattr(found, name).dtype


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("users", np.zeros((8, 5)), "items: shape .* does not fit"),
        ("users", np.zeros(8), "users: has 1 dimensions, not 2"),
        ("intercept", np.zeros(3), "intercept: has 1 dimensions, not 0"),
        ("activity", np.zeros(8), "activity: must be > 0"),
        ("user_group", np.full(8, 2), r"user_group: must be an index of groups \(0 to 1\)"),
        ("item_bias", np.full(12, np.nan), "item_bias: every number must be finite"),
        ("position", np.array([1.0, 0.0]), "position: must be > 0"),
        ("stars", np.array([1.0, 0, 2, 1, 3]), "stars: must be a slope and four ascending cuts"),
        ("item_attributes", np.full((12, 4), -1.0), "item_attributes: must be >= 0"),
    ],
)
def test_an_array_that_does_not_fit_is_named(name, value, said):
    with pytest.raises(DataError, match=said):
        Tastes(**arrays() | {name: value})


def test_a_file_that_is_no_archive_or_lacks_arrays_is_refused(tmp_path, file):
    path = tmp_path / "other.npz"
    path.write_text("not an archive")
    with pytest.raises(DataError, match=r"other\.npz: not an archive"):
        Tastes.load(path)
    np.savez(path, users=np.eye(2))
    with pytest.raises(DataError, match="its format is not"):
        Tastes.load(path)
    with np.load(file) as found:
        some = {name: values for name, values in found.items() if name != "creator"}
    np.savez(path, **some)
    with pytest.raises(DataError, match="it lacks creator"):
        Tastes.load(path)
    with pytest.raises(DataError, match="no such file"):
        Tastes.load(tmp_path / "gone.npz")


def test_the_users_of_a_file_come_in_its_order_and_further_ones_are_drawn_from_it(file):
    source, made = FittedSource(str(file)), Tastes(**arrays())
    users = source.users(np.arange(20), Draws(1))
    np.testing.assert_array_equal(users.tastes[:8], made.users)
    assert users.activity[:8].mean() == pytest.approx(1.0)
    copies = (users.tastes[8:, None] == made.users).all(axis=2)
    assert copies.any(axis=1).all() and np.unique(copies.argmax(axis=1)).size > 3
    attributes = source.items(Draws(1), 0.1).attributes
    assert attributes.sum(axis=1) == pytest.approx(1.0)


def test_stars_follow_the_law_of_the_file_where_it_has_one(tmp_path, file):
    assert FittedSource(str(file)).stars is of_utility
    path = tmp_path / "starred.npz"
    made = Tastes(**arrays(), stars=np.array([0.5, -2, -1, 0, 1]))
    made.save(path)
    np.testing.assert_array_equal(Tastes.load(path).stars, made.stars)
    value = np.array([-1.0, 3.0])
    assert FittedSource(str(path)).stars(value, np.zeros(2)).tolist() == [3, 5]


def test_a_scenario_runs_on_a_file(file, plan, run):
    environment = {
        "environment.users": None,
        "environment.population": {"kind": "interactions", "path": str(file)},
        "environment.no_repeat": 2,
        "environment.new_items": 2,
        "environment.lifetime": None,
    }
    sim = run(plan(**environment))
    assert sim.world.groups == ("women", "men")
    assert len(sim.people) == 8 + 3 * 6
    assert len(sim.people.world["born"]) == 12 + 2 * 6


def test_a_fault_of_the_file_is_told_before_anything_runs(tmp_path, file, plan):
    def planned(path, **changes):
        population = {"kind": "interactions", "path": str(path)}
        return plan(**{"environment.population": population} | changes)

    path = tmp_path / "tastes.npz"
    short = {"environment.no_repeat": 9}
    with pytest.raises(ScenarioError, match="items = 12: a slate and no_repeat need 13"):
        planned(file, **short)
    path.write_text("x")
    with pytest.raises(ScenarioError, match=r"path.*not an archive of tastes"):
        planned(path)


def test_the_head_of_a_file_is_read_without_numpy(file):
    code = (
        "import sys; from loopsim.environments.recommender.tastes_file import shapes;"
        f"assert shapes({str(file)!r})['users'] == (8, 3);"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

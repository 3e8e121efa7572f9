"""Rows of a table become people, kept as they were."""

import json

import numpy as np
import pandas as pd
import pytest

from loopsim.draws import Draws
from loopsim.environments.lending.law_file import FORMAT
from loopsim.environments.lending.rows import RowsSource, read_table
from loopsim.environments.lending.scorecard import Scorecard, Term
from loopsim.errors import DataError

LAW = Scorecard(
    (1.0,),
    (
        Term("income", points=((-1.0, 1.0),), missing=(-0.5,), knots=(0.0, 9.0)),
        Term("home", points=((0.3, -0.3),), missing=(0.0,), levels=("owns", "rents")),
    ),
)


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    income = rng.uniform(0, 9, 600)
    income[::7] = np.nan
    home = rng.choice(["owns", "rents", None], 600)
    return pd.DataFrame({"income": income, "home": home, "sex": rng.integers(1, 3, 600), "z": 0})


@pytest.fixture
def law(tmp_path):
    made = {
        "format": FORMAT,
        "group": {"column": "sex", "groups": ["1", "2"]},
        "features": [
            {"name": "income", "lower": 0.0, "upper": 9.0},
            {"name": "home", "lower": 0.0, "upper": 1.0, "levels": ["owns", "rents"]},
        ],
        "hidden": 0.7,
        "moves": {"repaid": {"income": 1.0}},
        "law": LAW.to_dict(),
    }
    path = tmp_path / "law.json"
    path.write_text(json.dumps(made))
    return path


def change(path, **facts):
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))
    return path


def saved(frame, path):
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_csv(path, index=False)
    return path


def test_a_source_has_what_the_lending_world_asks_for(frame, law, tmp_path):
    source = RowsSource(saved(frame, tmp_path / "people.parquet"), law)
    assert source.schema.names == ("income", "home")
    assert source.schema.levels == {"home": ("owns", "rents")}
    assert source.groups == ("1", "2")
    assert source.limits.tolist() == [[0.0, 0.0], [9.0, 1.0]]
    assert source.law == LAW
    assert source.hidden == 0.7
    assert source.moves == {"repaid": {"income": 1.0}, "defaulted": {}, "refused": {}}


def test_what_the_scenario_says_of_the_hidden_factor_comes_first(frame, law, tmp_path):
    assert RowsSource(saved(frame, tmp_path / "people.csv"), law, hidden=0.0).hidden == 0.0


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz", "people.parquet"])
def test_people_are_rows_with_missing_values_and_categories_kept(frame, law, tmp_path, name):
    source = RowsSource(saved(frame, tmp_path / name), law)
    features, group = source.people(np.arange(5000), Draws(1))
    assert features.shape == (5000, 2)
    assert features.flags.c_contiguous
    assert group.dtype == np.int8
    code = frame["home"].map({"owns": 0.0, "rents": 1.0}).astype(float)
    rows = {
        (round(i, 9), c, s - 1)
        for i, c, s in zip(frame.income.fillna(-1), code.fillna(-1), frame.sex, strict=True)
    }
    filled = np.where(np.isnan(features), -1, features)
    made = {(round(i, 9), c, g) for (i, c), g in zip(filled, group, strict=True)}
    assert made <= rows
    assert len(made) > 0.95 * len(rows)
    assert np.isnan(features).mean() == pytest.approx(
        frame[["income", "home"]].isna().mean().mean(), abs=0.03
    )


def test_a_person_is_the_same_however_many_there_are(frame, law, tmp_path):
    source = RowsSource(saved(frame, tmp_path / "people.parquet"), law)
    few, many = source.people(np.arange(50), Draws(3)), source.people(np.arange(5000), Draws(3))
    np.testing.assert_array_equal(few[0], many[0][:50])
    np.testing.assert_array_equal(few[1], many[1][:50])
    assert not np.array_equal(source.people(np.arange(50), Draws(4))[1], few[1])


def test_without_a_group_everybody_is_of_one(frame, law, tmp_path):
    change(law, group={"column": None, "groups": ["all"]})
    group = RowsSource(saved(frame, tmp_path / "people.csv"), law).people(np.arange(100), Draws(0))[
        1
    ]
    assert not group.any()


def test_an_unknown_group_is_the_group_called_missing(frame, law, tmp_path):
    change(law, group={"column": "sex", "groups": ["1", "2", "missing"]})
    frame["sex"] = frame["sex"].astype(float).where(frame.index > 50)
    group = RowsSource(saved(frame, tmp_path / "people.csv"), law).people(
        np.arange(3000), Draws(0)
    )[1]
    assert np.mean(group == 2) == pytest.approx(51 / 600, abs=0.03)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="income"), "no column 'income'"),
        (lambda f: f.rename(columns={"income": "incom"}), "did you mean 'incom'?"),
        (lambda f: f.assign(home="tent"), "column 'home' = 'tent': the law knows owns, rents"),
        (lambda f: f.assign(sex=3), "column 'sex' = '3': the law knows 1, 2"),
        (lambda f: f.assign(income="much"), "'income', row 1 = 'much': must be a finite number"),
        (lambda f: f.assign(income=np.inf), "'income', row 1 = 'inf': must be a finite number"),
        (lambda f: f.iloc[:0], "there are no rows"),
    ],
)
def test_people_that_do_not_fit_the_law_are_refused(frame, law, tmp_path, spoil, message):
    path = saved(spoil(frame), tmp_path / "people.csv")
    with pytest.raises(DataError) as error:
        RowsSource(path, law)
    assert str(path) in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"format": "other"}, "format = 'other': must be"),
        ({"group": {}}, "no 'groups'"),
        ({"features": []}, "not its features"),
        ({"law": {}}, "the scorecard has no 'terms'"),
        ({"law": Scorecard((0.0,) * 3, tuple(
            Term(t.feature, t.points * 3, t.missing * 3, t.knots, t.levels) for t in LAW.terms
        )).to_dict()}, "3 intercepts for 2 groups"),
    ],
)  # fmt: skip
def test_a_law_file_that_is_not_whole_is_refused(frame, law, tmp_path, facts, message):
    path = saved(frame, tmp_path / "people.csv")
    with pytest.raises(DataError) as error:
        RowsSource(path, change(law, **facts))
    assert str(law) in str(error.value)
    assert message in str(error.value)


def test_a_law_file_that_is_missing_or_no_json_is_refused(frame, tmp_path):
    path = saved(frame, tmp_path / "people.csv")
    with pytest.raises(DataError, match="no such file; `loopsim calibrate lending` writes it"):
        RowsSource(path, tmp_path / "none.json")
    (tmp_path / "text.json").write_text("law")
    with pytest.raises(DataError, match="not a law file"):
        RowsSource(path, tmp_path / "text.json")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"x", "allowed are .csv, .csv.gz, .parquet"),
        ("a.csv", None, "no such file"),
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"a,b\n\xff\xfe,1\n", "cannot be read as a table"),
        ("a.csv", b"a,b\n1,2\n1,2,3,4\n", "cannot be read as a table"),
        ("a.csv", b"a,b,a\n1,2,3\n", "columns that occur twice: a"),
        ("a.csv.gz", b"a,b\n1,2\n", "cannot be read as a table"),
        ("a.parquet", b"PAR1 not really", "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        read_table(tmp_path / name)
    assert name in str(error.value)
    assert message in str(error.value)

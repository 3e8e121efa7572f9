"""What cannot be used is refused, with the reason, all of it at once."""

import numpy as np
import pandas as pd
import pytest

from loopsim.calibrate.table import checked
from loopsim.draws import Draws
from loopsim.errors import DataError


def check(frame, label="default", bad="1", group="sex", **more):
    return checked(frame, "people.csv", label, bad, group, **more)


def refusal(frame, **more) -> str:
    with pytest.raises(DataError) as error:
        check(frame, **more)
    return str(error.value)


def test_label_group_and_ids_are_no_features(few):
    table = check(few)
    assert table.schema.names == ("income", "late", "home")
    assert table.schema.levels == {"home": ("owns", "rents")}
    assert table.groups == ("f", "m")
    assert table.notes == (
        "person was left out: a different whole number in every row, in order or without gaps: "
        "an id",
    )


def test_missing_values_and_categories_are_kept(few):
    table = check(few)
    frame = table.frame()
    assert list(frame) == ["income", "late", "home", "sex"]
    pd.testing.assert_series_equal(frame["income"], few["income"])
    assert frame["home"].isna().equals(few["home"].isna())
    assert (frame["home"].dropna() == few["home"].dropna()).all()
    assert (frame["sex"] == few["sex"]).all()


def test_good_is_what_is_not_bad(few):
    assert np.array_equal(check(few).good, 1 - few["default"])
    words = few.assign(default=few["default"].map({0: "paid", 1: "lost"}))
    assert np.array_equal(check(words, bad="lost").good, 1 - few["default"])
    for bad in (1, 1.0, "1"):
        assert np.array_equal(check(few.astype({"default": float}), bad=bad).good, check(few).good)


def test_the_group_is_a_feature_only_if_listed(few):
    assert check(few, features=["income", "sex"]).schema.names == ("income", "sex")


def test_numbers_that_are_names_can_be_said_to_be(few):
    table = check(few, categories=["late"])
    assert table.schema.levels["late"] == tuple(sorted(few["late"].astype(str).unique()))


def test_unknown_groups_are_a_group(few):
    few.loc[few.index[:300], "sex"] = None
    assert check(few).groups == ("f", "m", "missing")


def test_a_sample_is_keyed_and_keeps_rows_whole(few):
    table = check(few)
    some = table.some(Draws(1), 500)
    assert len(some) == 500
    assert np.array_equal(some.good, table.some(Draws(1), 500).good)
    assert table.some(Draws(1), 5000) is table


TEXT = [f"word {i % 700}" for i in range(1200)]
DATES = pd.Series(pd.date_range("2020-01-01", periods=1200, freq="D"))

REFUSED = {
    "too few rows": (lambda f: f.iloc[:499], {}, "499 rows; at least 500"),
    "no label": (lambda f: f, {"label": "defalt"}, "label 'defalt': no such column; there are"),
    "nearest label": (lambda f: f, {"label": "defalt"}, "did you mean 'default'?"),
    "label of three": (
        lambda f: f.assign(default=f["late"].clip(upper=2)),
        {},
        "label 'default': 3 values (0, 1, 2); it must have two",
    ),
    "label missing": (
        lambda f: f.assign(default=f["default"].where(f.index != 7)),
        {},
        "label 'default': 1 rows have no value, the first is row 8",
    ),
    "one class": (lambda f: f.assign(default=1), {}, "every row is '1'"),
    "bad unknown": (
        lambda f: f,
        {"bad": "yes"},
        "bad = 'yes': not a value of label 'default'; it has 0, 1",
    ),
    "no group": (lambda f: f, {"group": "six"}, "group 'six': no such column"),
    "nearest group": (lambda f: f, {"group": "six"}, "did you mean 'sex'?"),
    "group is label": (lambda f: f, {"group": "default"}, "group 'default': it is the label"),
    "many groups": (
        lambda f: f.assign(sex=np.arange(1200) % 21),
        {},
        "group 'sex': 21 values (0, 1, 10, 11, 12, 13, 14, 15 and 13 more); at most 20",
    ),
    "small group": (
        lambda f: f.assign(sex=np.where(np.arange(1200) < 49, "x", f["sex"])),
        {},
        "group 'sex' = 'x': 49 rows; a group needs at least 50",
    ),
    "group of one class": (
        lambda f: f.assign(sex=np.where(f["default"] == 1, "x", "y")),
        {},
        "group 'sex' = 'x': only bad rows",
    ),
    "no feature": (lambda f: f, {"features": ["incme"]}, "feature 'incme': no such column"),
    "nearest feature": (lambda f: f, {"features": ["incme"]}, "did you mean 'income'?"),
    "label as feature": (
        lambda f: f,
        {"features": ["default"]},
        "feature 'default': it is the label",
    ),
    "infinite": (
        lambda f: f.assign(late=np.where(f.index == 3, np.inf, f["late"])),
        {},
        "feature 'late': 1 infinite values, the first in row 4",
    ),
    "leak": (
        lambda f: f.assign(arrears=f["default"] * 100 + f["late"]),
        {},
        "feature 'arrears': alone it has AUC 1.000",
    ),
    "leak by name": (
        lambda f: f.assign(state=f["default"].map({0: "ok", 1: "gone"})),
        {},
        "feature 'state': alone it has AUC 1.000",
    ),
    "leak by missing": (
        lambda f: f.assign(written_off=f["late"].where(f["default"] == 1)),
        {},
        "feature 'written_off': alone it has AUC 1.000",
    ),
    "text asked for": (
        lambda f: f.assign(job=TEXT),
        {"features": ["job"]},
        "feature 'job': 700 different names; a category may have 50",
    ),
    "dates asked for": (
        lambda f: f.assign(born=DATES),
        {"features": ["born"]},
        "feature 'born': dates and durations are not features",
    ),
    "ids asked for": (lambda f: f, {"features": ["person"]}, "feature 'person': a different whole"),
    "the factor's name": (
        lambda f: f.assign(hidden=f["late"]),
        {"features": ["hidden"]},
        "feature 'hidden': the name of the unobserved factor",
    ),
    "nothing left": (
        lambda f: f[["person", "default"]],
        {"group": None},
        "no column can be used as a feature: person was left out",
    ),
    "semicolons": (
        lambda f: pd.DataFrame({"default;late": ["1;2"] * 600}),
        {"group": None},
        "one column only, 'default;late'; separated by ';': save it with commas",
    ),
    "move of a stranger": (
        lambda f: f,
        {"moves": {"repaid": {"incom": 1.0}}},
        "moves.repaid.incom: no such number; there are income, late, hidden. did you mean 'inco",
    ),
    "move of a category": (
        lambda f: f,
        {"moves": {"repaid": {"home": 1.0}}},
        "moves.repaid.home: a category has no distance to move",
    ),
    "move at a strange event": (
        lambda f: f,
        {"moves": {"repayed": {"income": 1.0}}},
        "moves.repayed: no such event; there are repaid, defaulted, refused. did you mean",
    ),
    "move by no number": (
        lambda f: f,
        {"moves": {"repaid": {"income": float("nan")}}},
        "moves.repaid.income = nan: must be a finite number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_with_the_reason(few, case):
    spoil, more, message = REFUSED[case]
    text = refusal(spoil(few), **more)
    assert message in text
    assert all(line.startswith("people.csv: ") for line in text.splitlines())


def test_a_leak_can_be_allowed_by_name(few):
    leaky = few.assign(arrears=few["default"] * 100)
    assert "arrears" in check(leaky, allow_leak=["arrears"]).schema.names


LEFT_OUT = {
    "constant": ([7] * 1200, "the same in every row"),
    "empty": ([None] * 1200, "the same in every row"),
    "words": (TEXT, "700 different names; a category may have 50"),
    "names": ([f"n{i}" for i in range(1200)], "a different name in every row: an id"),
    "dates": (DATES.dt.strftime("%Y-%m-%d").tolist(), "dates are not features"),
    "days": (DATES, "dates and durations are not features"),
    "dirty": (
        ["n/k" if i == 9 else str(i * 0.5) for i in range(1200)],
        "mostly numbers, but row 10 has 'n/k'",
    ),
    "shuffled": (np.random.default_rng(0).permutation(1200) + 5, "an id"),
    "lists": ([[1, 2]] * 1200, "its cells hold lists or other objects"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_no_feature_is_left_out_with_a_note(few, name):
    values, reason = LEFT_OUT[name]
    table = check(few.assign(**{name: values}))
    assert name not in table.schema.names
    assert any(note.startswith(f"{name} was left out: ") and reason in note for note in table.notes)


def test_a_number_that_is_missing_or_one_value_is_kept(few):
    flag = few.assign(flag=np.where(few["late"] > 0, 1.0, np.nan))
    assert "flag" in check(flag).schema.names


def test_all_faults_are_told_at_once(few):
    text = refusal(few.iloc[:100], label="defalt", group="six", features=["incme", "late"])
    assert len(text.splitlines()) == 4

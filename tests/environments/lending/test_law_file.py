"""What can be read of a calibrated world before anything is built."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from loopsim.environments.lending.law_file import FORMAT, absent_columns, law_names
from loopsim.errors import DataError

LAW = {
    "format": FORMAT,
    "features": [{"name": "income"}, {"name": "home, or none"}],
    "group": {"column": "sex", "groups": ["f", "m"]},
}
NAMES = (("income", "home, or none"), ("f", "m"), "sex")


@pytest.fixture
def law(tmp_path):
    path = tmp_path / "law.json"
    path.write_text(json.dumps(LAW))
    return path


def test_names_are_those_of_the_law_as_it_is_now(law):
    assert law_names(law) == NAMES
    law.write_text(json.dumps(LAW | {"group": {"column": None, "groups": ["all"]}}) + " ")
    assert law_names(law) == (NAMES[0], ("all",), None)


@pytest.mark.parametrize("key", ["features", "group"])
def test_a_law_that_lacks_a_name_is_refused(law, key):
    law.write_text(json.dumps({k: v for k, v in LAW.items() if k != key}))
    with pytest.raises(DataError, match=f"no '{key}'; write it anew"):
        law_names(law)


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz", "p.parquet"])
def test_absent_columns_are_named_and_no_others(tmp_path, name):
    frame = pd.DataFrame({"income": [1.0], "home, or none": ["x"], "sex": ["f"]})
    path = tmp_path / name
    frame.to_parquet(path) if name == "p.parquet" else frame.to_csv(path, index=False)
    assert absent_columns(path, [*NAMES[0], "sex"]) == []
    (lost,) = absent_columns(path, ["income", "incomes"])
    assert lost.startswith("no column 'incomes'")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.xlsx", b"x", "allowed are .csv, .csv.gz, .parquet"),
        ("p.csv", None, "cannot be read as a table"),
        ("p.csv", b"\xff\xfe\x00", "cannot be read as a table"),
        ("p.csv.gz", b"a,b\n", "cannot be read as a table"),
        ("p.parquet", b"", "not a Parquet file"),
        ("p.parquet", b"\xff\xff\xff\x7fPAR1", "not a Parquet file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        absent_columns(tmp_path / name, ["income"])


def test_a_scenario_of_rows_is_checked_without_heavy_imports(law, tmp_path):
    (tmp_path / "people.csv").write_text('income,"home, or none",sex\n')
    (tmp_path / "scenario.yaml").write_text(
        "name: a\nenvironment:\n  kind: lending\n  mix: {f: 0.5}\n"
        "  population: {kind: rows, path: people.csv, law: law.json}\n"
    )
    heavy = "{'numpy', 'numba', 'pandas', 'sklearn', 'pyarrow', 'scipy'}"
    code = (
        "import sys; from loopsim.scenario import Scenario; "
        f"Scenario.load({str(tmp_path / 'scenario.yaml')!r}); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

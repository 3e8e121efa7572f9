"""The review desk over the rounds, against a log small enough to count by hand."""

import numpy as np
import pandas as pd
import pytest

import loopsim
from loopsim.report import audit, desk, write
from loopsim.report.panels import known

DESK = {"oversight": {"kind": "desk", "double": 0.5, "reviewers": {"kind": "expert", "count": 3}}}


def looks():
    """Two rounds. Reviewer 0 overrides twice and once rightly; nobody reaches case 5."""
    frame = pd.DataFrame(
        [
            # id round stage   who  adv act reason      final label waited
            (0, 0, "review", 0.0, 0, 1, "judgement", 1, 1.0, 0.2),
            (1, 0, "review", 0.0, 0, 1, "habit", 1, 0.0, 0.4),
            (2, 0, "review", 1.0, 1, 1, "confirmed", 1, 1.0, 0.0),
            (3, 1, "review", 1.0, 1, 1, "confirmed", 1, np.nan, 0.1),
            (3, 1, "second", 0.0, 1, 0, "no adjudicator", 1, np.nan, 0.3),
            (4, 1, "review", 1.0, 0, 0, "confirmed", 0, np.nan, 0.1),
            (5, 1, "review", np.nan, 1, 1, "no room", 1, 1.0, 1.0),
        ],
        columns=[
            "prediction_id", "round", "stage", "reviewer", "advised", "action", "reason", "final",
            "label", "waited",
        ],
    )  # fmt: skip
    looked = frame["reviewer"].notna()
    frame["override"] = (frame["action"] != frame["advised"]) & looked
    frame["changed"] = (frame["final"] != frame["advised"]) & looked
    frame["known"] = (
        frame["override"] & (frame["final"] == frame["action"]) & frame["label"].notna()
    )
    frame["right"] = frame["known"] & (frame["label"] == frame["final"])
    return frame


WORTH = pd.DataFrame({"cases": [10, 10], "value": [0.1, -0.1]}, index=[0, 1])


@pytest.fixture
def panels():
    made = desk.picture(looks(), WORTH, window=2)
    return {panel.title.split(",")[0]: panel for panel in known(made.panels)}


def lines(panel):
    return {name: line.values.tolist() for name, line in panel.legend.items()}


def test_shares_are_of_all_decisions(panels):
    assert lines(panels["sent to the desk"]) == {
        "looked at": [0.3, 0.2],
        "left for want of room": [0.0, 0.1],
        "changed": [0.2, 0.0],
    }


def test_who_overrides_most_and_least_is_named_over_the_window(panels):
    assert lines(panels["overrides"]) == {
        "reviewer 0, most": [1.0, 1.0],
        "reviewer 1, least": [0.0, 0.0],
        "everybody": [pytest.approx(2 / 3), pytest.approx(3 / 6)],
    }


def test_reasons_are_shares_of_looks(panels):
    found = lines(panels["reasons"])
    assert found["habit"] == [pytest.approx(1 / 3), 0.0]
    assert found["no room"] == found["no adjudicator"] == [0.0, 0.25]


def test_the_line_counts_each_case_once_and_those_nobody_reaches(panels):
    (line,) = panels["cases on the desk at a time"].lines
    assert line.values.tolist() == pytest.approx([0.6, 0.3 + 0.1 + 1.0])


def test_what_agrees_and_what_proved_right(panels):
    assert panels["first and second looks that agree"].lines[0].values.tolist() == [0.0]
    assert panels["overrides that proved right"].lines[0].values.tolist() == [0.5]


def test_the_page_of_a_run_with_a_desk_has_its_figure_and_its_totals(lending, tmp_path):
    run = loopsim.run(lending(**DESK), out=tmp_path / "run")
    text = write(run.folder).read_text()
    assert (run.folder / "figures" / "desk.png").stat().st_size > 20_000
    assert "The review desk" in text and "Did review pay?" in text
    worth = audit.worth(run, audit.looks(run))
    assert worth["value"].mean() == pytest.approx(audit.audit(run)["value"]["value"]["mean"])


@pytest.mark.parametrize(
    "without", [{}, DESK | {"oversight.route": "none"}, DESK | {"log.level": "off"}]
)
def test_without_a_look_in_the_log_there_is_none(lending, tmp_path, without):
    run = loopsim.run(lending(**without), out=tmp_path / "run")
    assert "Did review pay?" not in write(run.folder).read_text()
    assert not (run.folder / "figures" / "desk.png").exists()


def test_one_reviewer_is_everybody():
    only = looks().assign(reviewer=0.0)
    (panel,) = [p for p in desk.picture(only, WORTH, 2).panels if p.title.startswith("overrides, ")]
    assert list(panel.legend) == ["everybody"]

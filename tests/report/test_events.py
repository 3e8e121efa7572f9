from matplotlib.figure import Figure

from loopsim.report.events import Events


def happened(**rounds):
    return Events([{"round": t, "kind": kind} for kind, ts in rounds.items() for t in ts])


def test_every_kind_has_a_row_in_one_order_and_own_kinds_come_last():
    events = happened(shock=[3], incident=[5], warned=[2], retrained=[0, 4], kept=[8])
    assert events.kinds == ["retrained", "kept", "warned", "shock", "incident"]
    assert events.last == 8
    axis = Figure().add_subplot()
    events.strip(axis)
    assert [label.get_text() for label in axis.get_yticklabels()] == events.kinds
    assert [list(line.get_xdata()) for line in axis.get_lines()] == [[0, 4], [8], [2], [3], [5]]


def test_guides_stay_out_of_the_range_of_the_data_and_are_left_out_when_there_are_too_many():
    axis = Figure().add_subplot()
    axis.plot([0, 1000], [5.0, 6.0])
    before = axis.get_ylim()
    happened(retrained=range(900), shock=[3, 7]).guide(axis)
    assert axis.get_ylim() == before
    assert [len(lines.get_segments()) for lines in axis.collections] == [2]


def test_no_events_are_no_rows():
    assert happened().kinds == [] and happened().last == 0

"""The world over the rounds: one figure, or one a topic where a world says much of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loopsim.report.groups import legend
from loopsim.report.panels import PLAIN, Line, Panel, Picture, of_group
from loopsim.report.paths import Paths

#: Panels up to which everything stands in one figure.
FEW = 12
TITLE = "The world, which no dashboard shows"
CAPTION = (
    "Means over everybody who is there, whether or not they asked. Lines that move apart are a "
    "gap that the loop widens."
)


@dataclass(frozen=True)
class Topic:
    """Figures of a recommender world that are read together."""

    name: str
    title: str
    caption: str
    of: tuple[str, ...]


#: What belongs to none of them stands in a first figure of its own.
TOPICS = (
    Topic(
        "world_users",
        "The world: what users get",
        "The worth of what is shown and picked, what it promised, and whether users come back. "
        "Utility is in 0 .. 1; a slate without regret is an oracle's.",
        ("visits", "picked", "shown_utility", "slate_regret", "utility", "clickbait", "stars",
         "regretted", "engagement", "satisfaction", "boredom", "present"),
    ),
    Topic(
        "world_tastes",
        "The world: tastes",
        "How far tastes have gone from what they would be, how narrow they are, and whether users "
        "consume alike: more than their tastes do where a figure over the ideal is above 0, in "
        "camps where `rwc` and `echo_chamber` are high.",
        ("drift", "taste_entropy", "miscalibration", "bimodality", "jaccard",
         "jaccard_over_ideal", "jaccard_neighbours", "jaccard_neighbours_over_ideal", "rwc",
         "echo_chamber"),
    ),
    Topic(
        "world_catalogue",
        "The world: catalogue and creators",
        "How unevenly items and creators are consumed (0 is evenly), whether new items get their "
        "share of places (1 is even), how unlike the items of a slate are, and how many genres a "
        "creator makes.",
        ("consumption_gini", "creator_gini", "new_exposure", "diversity", "creator_entropy"),
    ),
)  # fmt: skip


def pictures(paths: Paths) -> list[Picture]:
    """What the world says of everybody, asked or not."""
    names = _names(paths)
    if len(names) <= FEW:
        return [_picture(paths, "world", TITLE, CAPTION, names)]
    told = {name for topic in TOPICS for name in topic.of}
    rest = [name for name in names if name not in told]
    return [
        _picture(paths, "world", TITLE, CAPTION, rest),
        *(
            _picture(paths, topic.name, topic.title, topic.caption, _there(topic, names))
            for topic in TOPICS
        ),
    ]


def _names(paths: Paths) -> list[str]:
    """The figures of the world alone."""
    hidden = set(paths.names("observed")) | {"regret", "lost", "misversioned"}
    return [
        name
        for name in paths.names("true")
        if name not in hidden and not name.startswith(("gap.", "pressure."))
    ]


def _there(topic: Topic, names: Sequence[str]) -> list[str]:
    return [name for name in topic.of if name in names]


def _picture(paths: Paths, name: str, title: str, caption: str, of: Sequence[str]) -> Picture:
    panels = [Panel(figure, _each(paths, figure)) for figure in of]
    grouped = any(line.marker for panel in panels for line in panel.lines)
    return Picture(name, title, caption, panels, legend(paths) if grouped else {})


def _each(paths: Paths, name: str) -> list[Line]:
    """A line a group, or one of everybody where the figure knows no groups."""
    lines = [of_group(paths.of("true", name, g), i) for i, g in enumerate(paths.groups)]
    known = [line for line in lines if line.values.notna().any()]
    return known or [Line(paths.of("true", name), PLAIN)]

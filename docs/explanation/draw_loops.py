"""Draws docs/images/five_loops.png: one round, and where each of the five loops can be cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loopsim.twins import style

WIDTH, HEIGHT = 1.55, 0.62
BOXES = {  # centre and text; the round goes clockwise
    "people": (0.0, 3.0, "people\nwith a history"),
    "arrivals": (2.5, 3.0, "who needs\na decision"),
    "features": (5.0, 3.0, "what the model\nsees of them"),
    "scores": (7.5, 3.0, "scores, and what\nthe policy says"),
    "actions": (10.0, 3.0, "what is done"),
    "outcomes": (10.0, 1.2, "what the world\nanswers"),
    "labels": (7.5, 1.2, "labels in the log:\nlate, noisy, missing"),
    "rows": (5.0, 1.2, "training rows"),
    "version": (5.0, 2.1, "the next version"),
}
LOOPS = {  # from, to: the loop's name, and what is read where it is cut
    ("people", "arrivals"): ("sampling", "the undisturbed law"),
    ("arrivals", "features"): ("feature", "the natural twin"),
    ("scores", "actions"): ("oversight", "blind reviewers"),
    ("outcomes", "labels"): ("outcome", "the reference action's"),
    ("labels", "rows"): ("model", "a random panel"),
}
PLAIN = [("features", "scores"), ("actions", "outcomes"), ("rows", "version")]
GREY = "#777777"


def arrow(axis: Any, start: Any, end: Any, colour: str, width: float, bend: str = "arc3") -> None:
    """An arrow from point to point."""
    axis.annotate(
        "", xy=end, xytext=start,
        arrowprops={"arrowstyle": "-|>", "color": colour, "lw": width, "connectionstyle": bend,
                    "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13},
    )  # fmt: skip


def between(start: str, end: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where an arrow leaves one box and meets the next."""
    (x, y, _), (u, v, _) = BOXES[start], BOXES[end]
    if y == v:
        side = WIDTH / 2 if u > x else -WIDTH / 2
        return (x + side, y), (u - side, v)
    side = HEIGHT / 2 if v > y else -HEIGHT / 2
    return (x, y + side), (u, v - side)


def draw(path: Path) -> Path:
    """The figure of the page on the five loops."""
    from matplotlib.patches import FancyBboxPatch

    made = style.figure(10.5, 4.0)
    axis = made.subplots()
    for x, y, text in BOXES.values():
        corner = (x - WIDTH / 2, y - HEIGHT / 2)
        axis.add_patch(
            FancyBboxPatch(corner, WIDTH, HEIGHT, "round,pad=0,rounding_size=.12", fc="#F4F4F4",
                           ec="#444444", lw=0.8)
        )  # fmt: skip
        axis.text(x, y, text, ha="center", va="center", fontsize=8.5)
    for start, end in PLAIN:
        arrow(axis, *between(start, end), GREY, 1.2)
    arrow(
        axis,
        (5.0 + WIDTH / 2, 2.1),
        (7.5, 3.0 - HEIGHT / 2),
        GREY,
        1.2,
        "angle3,angleA=0,angleB=90",
    )
    for (start, end), (name, cut) in LOOPS.items():
        tail, head = between(start, end)
        colour = style.COLOURS[name]
        arrow(axis, tail, head, colour, 3.0)
        middle, above = (tail[0] + head[0]) / 2, 0.62
        axis.text(
            middle, tail[1] + above, name, color=colour, ha="center", fontsize=10, weight="bold"
        )
        axis.text(
            middle,
            tail[1] + above - 0.17,
            f"cut: {cut}",
            color="#333333",
            ha="center",
            fontsize=7.5,
        )
    axis.plot([10.0, 10.0, 0.0], [1.2 - HEIGHT / 2, 0.35, 0.35], color=GREY, lw=1.2)
    arrow(axis, (0.0, 0.35), (0.0, 3.0 - HEIGHT / 2), GREY, 1.2)
    axis.text(
        5.0, 0.42, "people change because of what was done to them", ha="center", fontsize=8.5
    )
    axis.set(xlim=(-1.0, 11.0), ylim=(0.1, 3.9))
    axis.axis("off")
    return style.save(made, path)


if __name__ == "__main__":
    draw(Path(__file__).parents[1] / "images" / "five_loops.png")

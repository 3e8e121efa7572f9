"""The five loops of the recommender world; each is read in one place of `world`."""

from loopsim.edges import Edge, Edges

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="satisfied users come more often, bored ones less, unsatisfied ones leave",
        cut="as many users visit, drawn by how often each came at the start",
        blend="share",
    ),
    outcome=Edge(
        "outcome",
        closed="the slate makes the click: its place, and what else is shown, decide with the item",
        cut="each item shown is answered as if alone at the top, by the same draws",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="tastes drift towards what is consumed, and creators make more of it",
        cut="tastes and creators stay as they are without recommendations",
    ),
    model=Edge(
        "model",
        closed="training reads answers to the slates that earlier versions picked",
        cut="training reads as many answers to random slates of the same size, asked but not lived",
        blend="share",
    ),
    oversight=Edge(
        "oversight",
        closed="people see the scores, and the slates they correct are learned from",
        cut="people judge slates blind, and what they correct is not learned from",
        blend="share",
    ),
)

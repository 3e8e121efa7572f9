"""What a scenario can say about the recommender world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from loopsim.environments.recommender.mechanisms import (
    Boredom,
    Choice,
    Clickbait,
    Creators,
    Drift,
    Position,
    Satisfaction,
    Signals,
    Stars,
)
from loopsim.errors import DataError
from loopsim.settings import InputFile, Kind, Slot

if TYPE_CHECKING:
    from loopsim.environments.recommender.world import RecommenderWorld
    from loopsim.scenario import Scenario


class SyntheticTastes(Kind):
    """Users and items mixed from genres; the minority likes best what the majority likes least.

    Creators have a profile over the genres, Dirichlet(10·1) over all; an item's genres are
    Dirichlet(sharpness·profile). Vectors of items have length 1, tastes the length `liking`.
    """

    kind: Literal["synthetic-tastes"] = "synthetic-tastes"
    items: int = Field(500, ge=2, le=1_000_000, description="items at the start")
    factors: int = Field(16, ge=2, le=256, description="dimensions of tastes and items")
    genres: int = Field(8, ge=2, le=64, description="genres, the known attributes of an item")
    creators: int = Field(40, ge=1, le=100_000, description="who makes the items")
    liking: float = Field(4.0, ge=0, le=20, description="length of a taste, in log-odds")
    focus: float = Field(1.0, ge=0, le=5, description="how unlike two users' genres are")
    quality: float = Field(0.5, ge=0, le=5, description="sd of items' quality, in log-odds")
    own: float = Field(0.3, ge=0, le=5, description="what is not genre in a taste or an item")
    intercept: float = Field(-4.0, description="log-odds of a click on an average item, alone")
    minority: float = Field(0.25, ge=0, lt=1, description="share of users in the minority")
    spread: float = Field(0.5, ge=0, le=3, description="sd of the log of how often users come")

    def build(self) -> Any:
        """The source of users and items."""
        from loopsim.environments.recommender.synthetic import SyntheticSource

        return SyntheticSource(self)

    def pool(self) -> int:
        """Items at the start."""
        return self.items


def _readable(path: str) -> str:
    from loopsim.environments.recommender.tastes_file import shapes

    try:
        shapes(path)
    except DataError as error:
        raise PydanticCustomError("tastes", "{why}", {"why": str(error)}) from None
    return path


class Interactions(Kind):
    """Your own users and items: the laws that `loopsim calibrate recommender` fitted."""

    kind: Literal["interactions"] = "interactions"
    path: Annotated[InputFile, AfterValidator(_readable)] = Field(
        description="tastes.npz, written by loopsim calibrate recommender"
    )

    def build(self) -> Any:
        """The source of users and items."""
        from loopsim.environments.recommender.fitted import FittedSource

        return FittedSource(self.path)

    def pool(self) -> int:
        """Items at the start."""
        from loopsim.environments.recommender.tastes_file import shapes

        return shapes(self.path)["items"][0]


class Recommender(Kind):
    """Users who pick from slates, items that come and go; what is shown shapes what is liked.

    One choice a visit at most, and no more than one visit a user and round. Creators are columns of
    numbers, not agents: they follow a rule and there may be many.
    """

    kind: Literal["recommender"] = "recommender"
    form: ClassVar[str] = "slate"
    fixed: ClassVar[tuple[str, ...]] = (
        "users", "population", "remember", "sample", "sample_every", "stated",
    )  # fmt: skip
    users: int | None = Field(
        None, ge=4, le=20_000_000, description="users at the start; null: 2,000, or all of the file"
    )
    population: Annotated[Kind, Slot("population")] = Field(  # type: ignore[assignment]
        {"kind": "synthetic-tastes"}
    )
    visits: float = Field(0.3, gt=0, le=1, description="mean chance that a user visits in a round")
    choice: Choice = Choice()
    position: Position | None = Field(
        None, description="attention by place; null: the population's own (synthetic: rank^-0.8)"
    )
    no_repeat: int = Field(
        10,
        ge=0,
        le=200,
        description="a user isn't shown the last so many consumed again; 0: may be",
    )
    remember: int = Field(
        20,
        ge=1,
        le=200,
        description="consumed items kept for each user (for figures and no_repeat)",
    )
    drift: Drift = Drift()
    satisfaction: Satisfaction = Satisfaction()
    boredom: Boredom = Boredom()
    clickbait: Clickbait = Clickbait()
    creators: Creators = Creators()
    new_items: int = Field(0, ge=0, description="items that come in each round")
    lifetime: int | None = Field(
        None, ge=1, description="rounds after which an item goes; null: it stays"
    )
    staleness: float = Field(0.0, ge=0, description="log-odds that an item loses by each round")
    new_users: int = Field(0, ge=0, description="users who join in each round")
    stated: float | None = Field(
        0.5,
        ge=0,
        description="sd, in log-odds, of the error in the shares of genres that users "
        "state when they join; null: they state nothing",
    )
    signals: Signals = Signals()
    stars: Stars | None = Field(
        None,
        description="law of stars; null: the population's own (synthetic, or a file without "
        "ratings: 1 + 4·utility with an error of sd ½)",
    )
    sample: int = Field(
        256, ge=16, le=4096, description="users and visits that the costly true figures rest on"
    )
    sample_every: int = Field(
        1, ge=1, description="rounds from one set of those figures to the next; none in between"
    )

    def build(self, strengths: dict[str, float]) -> RecommenderWorld:
        """The world, with its loops at these strengths."""
        from loopsim.environments.recommender.world import RecommenderWorld

        return RecommenderWorld(self, strengths)

    def features(self) -> tuple[str, ...]:
        """The columns of an impression."""
        return ("user", "item", "place")

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Lists that are too short, and catalogues that run out of items to show."""
        pool = getattr(self.population, "pool", None)
        if pool is None:
            known = "allowed are synthetic-tastes, interactions"
            yield "environment.population", f"not for a recommender world; {known}"
            return
        yield from self.population.faults(scenario)
        if self.no_repeat > self.remember:
            text = f"{self.no_repeat} are more than the {self.remember} that environment.remember"
            yield "environment.no_repeat", f"{text} keeps of each user"
        history = scenario.training.history
        if history.rows > 0 and history.rounds == 0:
            text = "rows of a recommender's history come from random slates: must be 1 or more"
            yield "training.history.rounds", f"{text}, or training.history.rows 0"
        needed = getattr(scenario.policy, "k", 1) + self.no_repeat
        there = {"items": pool()}
        if self.lifetime is not None:
            there["new_items · lifetime"] = self.new_items * self.lifetime
        for name, number in there.items():
            if number < needed:
                text = f"{name} = {number}: a slate and no_repeat need {needed} items to pick from"
                yield "environment.population" if name == "items" else "environment.lifetime", text

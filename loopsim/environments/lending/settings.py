"""What a scenario can say about the lending world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from loopsim.errors import DataError
from loopsim.registry import there_are
from loopsim.settings import InputFile, Kind, Settings, Slot

if TYPE_CHECKING:
    from loopsim.environments.lending.world import LendingWorld
    from loopsim.scenario import Scenario

GROUPS_2003 = ("white", "black", "hispanic", "asian")
SIZES_2003 = {"white": 133165.0, "black": 18274.0, "hispanic": 14702.0, "asian": 7906.0}

#: Log-odds of DEFAULT per standard deviation of each feature of the synthetic population.
COEFFICIENTS = {
    "utilisation": 0.6,
    "debt_to_revenue": 0.5,
    "prior_default": 0.5,
    "inquiries": 0.4,
    "overdrafts": 0.4,
    "payroll": -0.4,
    "log_revenue": -0.3,
    "vintage": -0.3,
    "no_bank_feed": 0.2,
}
Names = tuple[tuple[str, ...], tuple[str, ...]]
Share = Annotated[float, Field(ge=0, le=1)]
Group2003 = Literal["white", "black", "hispanic", "asian"]


class TransUnion(Kind):
    """People of the TransUnion TransRisk score distributions of 2003, four groups, one feature.

    The feature is ``score`` (300 to 850); P(repay | score, group) is the published curve.
    """

    kind: Literal["transunion-2003"] = "transunion-2003"
    weights: dict[Group2003, Annotated[float, Field(gt=0)]] = Field(  # type: ignore[assignment]
        default=SIZES_2003,  # type: ignore[arg-type]
        min_length=1,
        description="relative size of each group",
    )
    hidden: float = Field(
        0.0, ge=0, le=5, description="strength of an unobserved factor, in log-odds"
    )

    def build(self) -> Any:
        """The source of people."""
        from loopsim.environments.lending.transunion import TransUnionSource

        return TransUnionSource({str(k): v for k, v in self.weights.items()}, self.hidden)

    def names(self) -> Names:
        """Features and groups."""
        return ("score",), tuple(name for name in GROUPS_2003 if name in self.weights)


class Synthetic(Kind):
    """Small firms with up to nine features and an unobserved factor (60% approved, 17% default)."""

    kind: Literal["synthetic"] = "synthetic"
    features: int = Field(9, ge=1, le=9, description="how many of the nine features there are")
    hidden: float = Field(
        0.7, ge=0, le=5, description="strength of an unobserved factor, in log-odds"
    )
    minority: float = Field(0.3, ge=0, lt=1, description="share of group b")
    handicap: float = Field(
        0.5, ge=0, le=3, description="group b's features are worse by this many sd"
    )
    default_rate: float = Field(
        0.3, gt=0, lt=1, description="share of all applicants who'd default"
    )

    def build(self) -> Any:
        """The source of people."""
        from loopsim.environments.lending.synthetic import SyntheticSource

        return SyntheticSource(self)

    def names(self) -> Names:
        """Features and groups."""
        return tuple(COEFFICIENTS)[: self.features], ("a", "b")


def _readable(path: str) -> str:
    from loopsim.environments.lending.law_file import law_names

    try:
        law_names(path)
    except DataError as error:
        why = str(error).removeprefix(f"{path}: ")
        raise PydanticCustomError("law", "{why}", {"why": why}) from None
    return path


class Rows(Kind):
    """Your own people: resampled rows of a table, with a law that `loopsim calibrate` fitted."""

    kind: Literal["rows"] = "rows"
    path: InputFile = Field(description="CSV or Parquet of people")
    law: Annotated[InputFile, AfterValidator(_readable)] = Field(
        description="law.json, written by loopsim calibrate lending"
    )
    hidden: float | None = Field(
        None, ge=0, le=5, description="strength of the unobserved factor; null: as calibrated"
    )

    def build(self) -> Any:
        """The source of people."""
        from loopsim.environments.lending.rows import RowsSource

        return RowsSource(self.path, self.law, self.hidden)

    def names(self) -> Names:
        """Features and groups, as the law file says without anybody being made."""
        from loopsim.environments.lending.law_file import law_names

        features, groups, _ = law_names(self.law)
        return features, groups

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Columns of the law that the table of people does not have; reads its head only."""
        from loopsim.environments.lending.law_file import absent_columns, law_names

        features, _, group = law_names(self.law)
        try:
            for lost in absent_columns(
                self.path, features if group is None else (*features, group)
            ):
                yield "environment.population.path", lost
        except DataError as error:
            yield "environment.population.path", str(error).removeprefix(f"{self.path}: ")


class Worth(Settings):
    """The lender's money, in units of one loan."""

    gain: float = Field(0.1, gt=0, description="interest earned on a loan that is repaid")
    loss: float = Field(0.4, gt=0, description="loss given default")
    label: float = Field(0.0, ge=0, description="cost of learning one outcome")


class Fault(Settings):
    """A fault of the data pipeline: what the model gets instead of a feature."""

    feature: str
    blank: bool = Field(False, description="the feature is missing (NaN)")
    scale: float = Field(1.0, description="multiplies the feature")
    offset: float = Field(0.0, description="added to the feature")
    share: Share = Field(default=1.0, description="share of cases that are hit")


class Lending(Kind):
    """Applicants for loans: who is refused never shows whether they would have repaid."""

    kind: Literal["lending"] = "lending"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "people", "population", "money", "show_group")
    splits: ClassVar[bool] = True

    people: int = Field(100_000, ge=1, lt=2**31, description="people in the world")
    population: Annotated[Kind, Slot("population")] = Field(  # type: ignore[assignment]
        default={"kind": "transunion-2003"}
    )
    apply: Share = Field(default=0.5, description="chance that a person applies in a round")
    mix: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        default={}, description="multiplies `apply` for a group; 0 keeps a segment away"
    )
    discouragement: Share = Field(
        default=0.0, description="how far a group's refusal rate lowers its applications"
    )
    dropout: Share = Field(default=0.0, description="chance to leave for good after a default")
    moves: dict[Literal["repaid", "defaulted", "refused"], dict[str, float]] | None = Field(
        None,
        description="feature moves by event, in the feature's unit; `hidden` moves the unobserved "
        "factor; null: the population's own (+75/-150 points for TransUnion)",
    )
    changes: Literal["both", "features", "latent"] = Field(
        "both", description="what a move changes: what is seen, the person behind it, or both"
    )
    measurement: float = Field(0.0, ge=0, description="sd of noise on what the model sees, in sd")
    economy: float = Field(0.0, description="added to everybody's log-odds of repaying")
    economy_by_group: dict[str, float] = Field(default={}, description="the same, for one group")
    decay: float = Field(
        1.0, ge=0, description="multiplies the log-odds: below 1 features predict less (drift)"
    )
    pipeline: tuple[Fault, ...] = Field((), description="faults of the data pipeline")
    show_group: bool = Field(False, description="the model sees group membership")
    money: Worth = Worth()

    def build(self, strengths: dict[str, float]) -> LendingWorld:
        """The world, with its loops at these strengths."""
        from loopsim.environments.lending.world import LendingWorld

        return LendingWorld(self, strengths)

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """What the population cannot be made of; names of groups and features that it lacks."""
        yield from self.population.faults(scenario)
        names, groups = self.population.names()  # type: ignore[attr-defined]
        yield from _unknown("mix", self.mix, groups, "group")
        yield from _unknown("economy_by_group", self.economy_by_group, groups, "group")
        for event, moves in (self.moves or {}).items():
            yield from _unknown(f"moves.{event}", moves, (*names, "hidden"), "feature")
        for i, fault in enumerate(self.pipeline):
            if fault.feature not in names:
                path = f"environment.pipeline.{i}.feature"
                yield path, f"no such feature; {there_are(names, fault.feature)}"

    def features(self) -> tuple[str, ...]:
        """The features of the world, without making anybody."""
        return self.population.names()[0]  # type: ignore[attr-defined, no-any-return]

    def groups(self) -> tuple[str, ...]:
        """The groups of the world, without making anybody."""
        return self.population.names()[1]  # type: ignore[attr-defined, no-any-return]


def _unknown(
    key: str, given: Iterable[str], known: Iterable[str], noun: str
) -> Iterable[tuple[str, str]]:
    known = tuple(known)
    for name in given:
        if name not in known:
            yield f"environment.{key}.{name}", f"no such {noun}; {there_are(known, name)}"

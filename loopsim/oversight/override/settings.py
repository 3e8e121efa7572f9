"""What a scenario may say of overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.oversight.base import Override

Share = Annotated[float, Field(ge=0, le=1)]


class AdviceOnly(Kind):
    """The model advises, the reviewer decides."""

    kind: Literal["advice-only"] = "advice-only"

    def build(self) -> Override:
        from loopsim.oversight.override.rules import AdviceOnly

        return AdviceOnly()


class Justify(Kind):
    """An override must be justified in writing: that takes time, and some are not worth it."""

    kind: Literal["justify"] = "justify"
    minutes: float = Field(
        5.0, ge=0, description="that the writing takes, caught up before the next shift"
    )
    dropped: Share = Field(
        default=0.2, description="share of overrides of shown advice that nobody writes down"
    )

    def build(self) -> Override:
        from loopsim.oversight.override.rules import Justify

        return Justify(self.minutes, self.dropped)


class TwoPairs(Kind):
    """An override counts only if a second reviewer, asked about the case, departs as well."""

    kind: Literal["two-pairs"] = "two-pairs"

    def build(self) -> Override:
        from loopsim.oversight.override.rules import TwoPairs

        return TwoPairs()


class Quota(Kind):
    """Nobody may override more than a share of the cases on their desk in a round."""

    kind: Literal["quota"] = "quota"
    share: Share = Field(default=0.1, description="share of a reviewer's cases of the round")

    def build(self) -> Override:
        from loopsim.oversight.override.rules import Quota

        return Quota(self.share)


class ScoreHiddenFirst(Kind):
    """An answer is given before the score is shown; some give in when they see it."""

    kind: Literal["score-hidden-first"] = "score-hidden-first"
    give_in: Share = Field(
        default=0.2, description="share of overrides that are taken back once the score is shown"
    )

    def build(self) -> Override:
        from loopsim.oversight.override.rules import ScoreHiddenFirst

        return ScoreHiddenFirst(self.give_in)


class NoOverride(Kind):
    """Reviewers look, and the advice is followed all the same."""

    kind: Literal["none"] = "none"

    def build(self) -> Override:
        from loopsim.oversight.override.rules import NoOverride

        return NoOverride()

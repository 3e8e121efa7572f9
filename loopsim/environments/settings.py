"""Environments that are not built in."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from loopsim.settings import OwnCode


class OwnEnvironment(OwnCode):
    """A world of your own: a class in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    form: ClassVar[str] = "any"
    name: str = Field(description="the class in it: an Environment, built from the parameters")

    def build(self, strengths: dict[str, float]) -> Any:
        """The world, with its loops at these strengths."""
        world = self.made()
        world.edges = world.edges.with_strengths(strengths)
        world.settings = self
        return world

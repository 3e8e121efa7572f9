"""Environments that are not built in."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from loopsim.registry import load_code
from loopsim.settings import InputFile, Kind


class OwnEnvironment(Kind):
    """A world of your own: a class in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    form: ClassVar[str] = "any"
    path: InputFile = Field(description="the Python file")
    name: str = Field(description="the class in it: an Environment, built from the parameters")
    parameters: dict[str, Any] = Field(default={}, description="its keyword arguments")

    def build(self, strengths: dict[str, float]) -> Any:
        """The world, with its loops at these strengths."""
        world = load_code(self.path, self.name)(**self.parameters)
        world.edges = world.edges.with_strengths(strengths)
        world.settings = self
        return world

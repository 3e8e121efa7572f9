"""A part inside a part of the same slot: rules of rules, gates of gates."""

from __future__ import annotations

from typing import Annotated, Any

from loopsim import registry
from loopsim.settings import Kind, Slot


class Nested(Slot):
    """A slot inside one of its own kinds; its schema names the kinds only, so that it ends."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        known = registry.names(self.name)
        kind = {"type": "object", "properties": {"kind": {"enum": known}}, "required": ["kind"]}
        return {"anyOf": [{"enum": known}, kind]}


InnerRule = Annotated[Kind, Nested("rule")]
InnerGate = Annotated[Kind, Nested("gate")]

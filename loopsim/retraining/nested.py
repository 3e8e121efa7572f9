"""A part inside a part of the same slot: rules of rules, gates of gates."""

from __future__ import annotations

from typing import Annotated

from loopsim.settings import Kind, Nested

InnerRule = Annotated[Kind, Nested("rule")]
InnerGate = Annotated[Kind, Nested("gate")]

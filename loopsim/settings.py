"""The frozen base of all that a scenario file can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema

from loopsim import registry

if TYPE_CHECKING:
    from loopsim.scenario import Scenario


class Settings(BaseModel):
    """Checked once, then never changed; an unknown key is a fault."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )


class Kind(Settings):
    """Settings of one named kind of part (a policy, a delay ...).

    A subclass has ``kind: Literal["its-name"] = "its-name"``, its own parameters with units and
    ranges, and `build`, which imports what it needs and makes the part.
    """

    kind: str
    #: Parameters that a shock cannot change while a run is under way.
    fixed: ClassVar[tuple[str, ...]] = ()

    def build(self, *args: Any) -> Any:
        """Make the part that these settings describe."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to build itself")

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """What cannot work together with the rest of the scenario: (key path, what is wrong)."""
        return ()


def fault(loc: tuple[str | int, ...], value: Any, message: str) -> ValidationError:
    """One fault as pydantic raises it, so that it is told together with all others."""
    text = message.replace("{", "{{").replace("}", "}}")
    error = PydanticCustomError("loopsim", text)  # type: ignore[arg-type]
    return ValidationError.from_exception_data(
        "scenario", [{"type": error, "loc": loc, "input": value}]
    )


class Slot:
    """Marks a field that takes any kind of one slot: ``Annotated[Kind, Slot("policy")]``.

    The value is a mapping with ``kind``, or just the name of a kind whose parameters all have
    defaults.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, value: Any, info: ValidationInfo) -> Kind:
        """The settings object of the kind that `value` names."""
        if isinstance(value, Kind):
            return value
        if isinstance(value, str):
            value = {"kind": value}
        known = registry.names(self.name)
        if not isinstance(value, Mapping) or "kind" not in value:
            found = "" if isinstance(value, Mapping) else str(value)
            raise fault(("kind",), found, f"needs kind: one of {', '.join(known)}")
        kind = value["kind"]
        if kind not in known:
            raise fault(("kind",), kind, f"no such {self.name}; {registry.there_are(known, kind)}")
        return registry.find(self.name, kind).model_validate(value, context=info.context)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda kind: kind.model_dump(mode="json")
            ),
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        known = registry.names(self.name)
        kinds = [handler(registry.find(self.name, k).__pydantic_core_schema__) for k in known]
        return {"anyOf": [{"enum": known}, *kinds]}


def _found(path: str, info: ValidationInfo) -> str:
    folders = [Path(), *map(Path, (info.context or {}).get("folders", ()))]
    for folder in reversed(folders):
        if (folder / path).is_file():
            return str((folder / path).resolve())
    looked = " and ".join(dict.fromkeys(str(folder.resolve()) for folder in reversed(folders)))
    raise PydanticCustomError(
        "file_missing", "no such file; looked in {looked}", {"looked": looked}
    )


#: A file that must exist; a relative path is looked for beside the scenario file, then in the
#: files it extends, then in the working folder, and kept as an absolute path.
InputFile = Annotated[str, AfterValidator(_found)]

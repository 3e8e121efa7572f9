"""The frozen base of all that a scenario file can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

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
    #: What a world decides in, or what a model or policy is made for; "any": it shows when built.
    form: ClassVar[str] = "yes-no"
    #: Whether it works on people who are split over shards (`loopsim.shards`).
    splits: ClassVar[bool] = False
    #: Parameters that a shock cannot change while a run is under way.
    fixed: ClassVar[tuple[str, ...]] = ()

    def build(self, *args: Any) -> Any:
        """Make the part that these settings describe."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to build itself")

    def reads_group(self) -> bool:
        """Whether the part goes by who belongs to which group."""
        return False

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """What cannot work together with the rest of the scenario: (key path, what is wrong)."""
        return ()


def problem(
    loc: tuple[str | int, ...], value: Any, message: str, kind: str = "loopsim", **context: Any
) -> InitErrorDetails:
    """One fault in pydantic's form; `kind` and `context` are those of pydantic's own errors."""
    error = PydanticCustomError(kind, message, context)  # type: ignore[arg-type]
    return {"type": error, "loc": loc, "input": value}


def fault(*problems: InitErrorDetails) -> ValidationError:
    """Faults as pydantic raises them, so that they are told together with all others."""
    return ValidationError.from_exception_data("scenario", list(problems))


class Words:
    """Marks a number that a word may stand for: ``Annotated[float, Words(closed=1, cut=0)]``."""

    def __init__(self, **numbers: float) -> None:
        self.numbers = numbers

    def parse(self, value: Any) -> Any:
        """The number of a word; anything else as it is."""
        return self.numbers.get(value, value) if isinstance(value, str) else value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.parse, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(self.numbers)}, handler(schema)]}


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
        if not isinstance(value, Mapping):
            kinds = f"must be a kind ({', '.join(known)}) or a mapping with kind"
            raise fault(problem((), value, kinds))
        kind = value.get("kind")
        if kind not in known:
            there = registry.there_are(known, kind or "")
            if kind is None:
                raise fault(problem(("kind",), value, f"required, and missing; {there}"))
            raise fault(problem(("kind",), kind, f"no such {self.name}; {there}"))
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


class Nested(Slot):
    """A slot inside one of its own kinds; its schema names the kinds only, so that it ends."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        known = registry.names(self.name)
        kind = {"type": "object", "properties": {"kind": {"enum": known}}, "required": ["kind"]}
        return {"anyOf": [{"enum": known}, kind]}


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


class OwnCode(Kind):
    """A kind whose part is code of the user's own: it runs only if they named the file on purpose.

    A subclass has its ``kind`` and says in the description of `name` what must be found there.
    """

    path: InputFile = Field(description="the Python file")
    name: str = Field(description="the class in it")
    parameters: dict[str, Any] = Field(default={}, description="its keyword arguments")

    def found(self) -> Any:
        """What stands under the name; InputError unless the file was allowed."""
        return registry.load_code(self.path, self.name)

    def made(self) -> Any:
        """The object that it makes of the parameters."""
        return self.found()(**self.parameters)

"""What every inbound message has in common: exact names, and types that bend nothing.

A message is taken as the published schema has it. Properties the schema does not name are ignored:
partners add fields of their own, and the standard leaves room for it (`additionalProperties: false`
is nowhere). `null` is not a way to leave something out: no schema of Edu-V is nullable. Two limits
are ours: a text that names something has at most 500 characters (it becomes a key), and a list has
at most 200,000 entries (the hub's configuration judges the users in an order, much lower).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NoReturn, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, PydanticOmit

from adapters.wire.problems import MOST_FOUND

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

T = TypeVar("T")

LONGEST_NAME = 500
LAST_POSITION = 2**63 - 1
"""Of a log: what its column holds."""
MOST_ENTRIES = 200_000
MOST_IDENTIFIERS = 100


class Message(BaseModel):
    """An inbound message or a part of one; attributes are the YAML's names in snake_case."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, strict=True, extra="ignore")

    removes_u0000: ClassVar[bool] = False
    """Whether U+0000 in a text is removed; otherwise the message is refused, naming the field."""


def broken(sentence: str, *, at: str | None = None) -> NoReturn:
    """Say which rule this field (or its sibling `at`) breaks; never say the value."""
    raise PydanticCustomError("rule", "{sentence}", {"sentence": sentence, "at": at})


class _WithoutNull:
    """Marks an optional field that may be left out but not be null; free when validating."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> Any:  # noqa: ANN401 - a CoreSchema is a union of dictionaries
        schema: CoreSchema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


def _written_as(form: re.Pattern[str], rule: str) -> BeforeValidator:
    """Only this way of writing, where pydantic takes more (a date as a number of seconds, say).

    It is stricter than pydantic's strict, which a text from a validator in Python does not pass.
    """

    def check(value: object) -> object:
        if not isinstance(value, str) or form.fullmatch(value) is None:
            broken(rule)
        return value

    return BeforeValidator(check)


@dataclass(slots=True)
class Patience:
    """How many more problems in lists are worth naming; the validation context of one message.

    Without it a body of 16 MB of empty objects would cost 9 GB of problems.
    """

    left: int = MOST_FOUND


def _while_patient(
    value: object, validated: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> object:
    patience: Patience | None = info.context
    if patience is None:
        return validated(value)
    if patience.left <= 0:
        raise PydanticOmit  # the message is refused already
    try:
        return validated(value)
    except ValidationError as error:
        patience.left -= error.error_count()
        raise


def _not_endless(most: int) -> Callable[[object], object]:
    """Counted before the entries are looked at: pydantic's own limit counts the good ones only."""

    def check(value: object) -> object:
        if isinstance(value, list) and len(value) > most:
            broken(f"must have at most {most} entries")
        return value

    return check


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        broken(_MOMENT_RULE)


def _not_blank(text: str) -> str:
    """As the vault judges it: control characters that only separate are blank too."""
    if not text.strip():
        broken("must not be empty")
    return text


def _names_something(given: UUID) -> UUID:
    """The nil UUID is by definition no id (RFC 9562, 5.9)."""
    if not given.int:
        broken(_ID_RULE)
    return given


def names_a_person(text: str) -> bool:
    """Whether a person's identifier is in it, as far as that can be seen."""
    return _PERSON.search(text) is not None


def _names_nobody(text: str) -> str:
    """What goes into facts, rows and URLs as it is must not be a person's identifier."""
    if names_a_person(text):
        broken("must not hold the identifier of a person")
    return text


_PERSON = re.compile(r"ketenid\.nl|[0-9a-f]{128}|\S@\S", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_RULE = "must be a date, written YYYY-MM-DD"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_MOMENT_RULE = "must be a date and time with a zone, such as 2026-08-22T17:32:28Z"
_HEX = "[0-9a-fA-F]"
_ID = re.compile(rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}")
_ID_RULE = "must be a UUID"

Maybe = Annotated[T | None, _WithoutNull()]
"""May be left out (the default is None); null is refused."""

Text = Annotated[str, Field(max_length=LONGEST_NAME)]
"""Text that names something; empty is allowed, because the schema allows it."""

Name = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_not_blank)]
"""Text that tells one person, school or code from another: blank would make them all the same."""

PublicName = Annotated[Name, AfterValidator(_names_nobody)]
"""A name that goes into facts as it is, of a school or a source: never of a person."""

Key = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_names_nobody)]
"""Text by which the partners know a product, a contract or a portal: never a person."""

Code = Annotated[str, Field(max_length=LONGEST_NAME, pattern=r"[\p{L}\p{N}]")]
"""An activation code; it is compared without separators, so something must be left."""

Id = Annotated[
    UUID, Field(strict=False), _written_as(_ID, _ID_RULE), AfterValidator(_names_something)
]
Day = Annotated[date, Field(strict=False), _written_as(_DAY, _DAY_RULE)]
Moment = Annotated[
    AwareDatetime, Field(strict=False), _written_as(_MOMENT, _MOMENT_RULE), AfterValidator(_in_utc)
]
"""A date-time of RFC 3339, section 5.6, in whatever zone it was given; kept in UTC."""

Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]

Entry = Annotated[T, WrapValidator(_while_patient)]

Many = Annotated[
    tuple[Entry[T], ...], Field(strict=False), BeforeValidator(_not_endless(MOST_ENTRIES))
]
"""A list; not strict, because a branch is validated from Python, where JSON's list is no tuple."""

Few = Annotated[
    tuple[Entry[T], ...], Field(strict=False), BeforeValidator(_not_endless(MOST_IDENTIFIERS))
]
"""A list of identifiers of one thing."""

DeliveryType = Literal[
    "school-all",
    "school-admin",
    "school-studies",
    "school-subjects",
    "school-groups",
    "school-students",
    "school-employees",
    "school-activationcodes",
    "customer-student",
    "customer-activationcode",
]
EntitlementType = Literal[
    "school-student",
    "school-employee",
    "school-activationcode",
    "customer-student",
    "customer-activationcode",
]
EntitlementStatus = Literal["created", "entitled", "licensed", "cancelled", "blocked"]
DeliveryOrderStatus = Literal["created", "ordered", "processed", "licensed", "cancelled"]

"""A roster as an operator gives it in a file: our own form, in the manner of the SIS APIs.

A line is a person, with what they belong to and when; the same person may have several lines.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Self

from pydantic import model_validator

from adapters.wire.message import Day, Key, Many, Maybe, PublicName, broken
from adapters.wire.parsing import parse
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.references import UserReference

SCHOOL_ID_TYPES: Final = ("OIE_CODE", "BP_ID", "DD_ID", "AS_ID", "V_ID")
USER_ID_COLUMNS: Final = ("NEPPI", "BPI", "eduID", "NEPRI", "ASI", "eckId")
LIST_COLUMNS: Final = ("studies", "subjects", "groups", "roles")
TEXT_COLUMNS: Final = ("school", "kind", "userMasterIdentifier", "beginDate", "endDate")
COLUMNS: Final = (*TEXT_COLUMNS, *USER_ID_COLUMNS, *LIST_COLUMNS)
BETWEEN: Final = "|"
"""Between the values in one cell."""

SchoolAlias = tuple[str | None, tuple[tuple[str, str], ...]]
"""A master identifier, or pairs of type and value."""


class UnreadableRoster(ValueError):
    """The file is neither a CSV with a heading that we know nor a JSON array."""


class RosterEntry(UserReference):
    """A person at a school.

    `school` is an OnderwijsaanbiederId, or TYPE:value for another identifier; left out, it is the
    school that goes with the file. `studies` and `subjects` are ids of offerings. The period begins
    with `beginDate` and is over on `endDate`, as in the Association API.
    """

    school: Maybe[PublicName] = None
    kind: Literal["student", "employee"] = "student"
    studies: Many[Key] = ()
    subjects: Many[Key] = ()
    groups: Many[Key] = ()
    roles: Many[Key] = ()
    begin_date: Maybe[Day] = None
    end_date: Maybe[Day] = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.begin_date and self.end_date and self.end_date <= self.begin_date:
            broken("must lie after beginDate", at="endDate")
        if self.roles and self.kind != "employee":
            broken("belong to employees", at="roles")
        return self


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that does not count, by its number, with every field that is wrong."""

    number: int
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, kw_only=True)
class RosterLines:
    """What was given: the good lines in order, and the bad ones."""

    good: tuple[RosterEntry, ...]
    bad: tuple[BadLine, ...]


def school_alias(text: str) -> SchoolAlias:
    """Read a school as people write it: 104A158, or DD_ID:1234.

    Raises:
        ValueError: the type is none of Edu-V's.
    """
    kind, colon, value = text.partition(":")
    if not colon:
        return text, ()
    if kind not in SCHOOL_ID_TYPES:
        raise ValueError(
            f"the type of a school's identifier is one of {', '.join(SCHOOL_ID_TYPES)}"
        )
    return None, ((kind, value),)


def judge(numbered: Iterable[tuple[int, object]], school: str | None) -> RosterLines:
    """Judge each line alone; a line without a school is of `school`."""
    good: list[RosterEntry] = []
    bad: list[BadLine] = []
    for number, line in numbered:
        try:
            good.append(_with_school(parse(RosterEntry, json.dumps(line).encode()), school))
        except SchemaIncorrect as error:
            bad.append(BadLine(number=number, problems=error.problems))
    return RosterLines(good=tuple(good), bad=tuple(bad))


def lines_of_json(content: bytes) -> Iterator[tuple[int, object]]:
    """The entries of an array, counted from 1.

    Raises:
        UnreadableRoster: it is no JSON, or no array.
    """
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise UnreadableRoster(f"it is not JSON: {error}") from None
    if not isinstance(entries, list):
        raise UnreadableRoster("it is not a JSON array")
    return iter(enumerate(entries, start=1))


def lines_of_csv(content: bytes) -> Iterator[tuple[int, object]]:
    """The lines of a CSV by their number in the file; the first is the heading.

    Cells are separated by comma or semicolon, whichever the heading has more of.

    Raises:
        UnreadableRoster: it is not UTF-8, or the heading has a column we do not know.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableRoster("it is not UTF-8") from None
    heading, _, _ = text.partition("\n")
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    columns = [name.strip() for name in rows.fieldnames or ()]
    if strange := [name for name in columns if name not in COLUMNS]:
        raise UnreadableRoster(f"line 1: no such column: {', '.join(strange)}")
    rows.fieldnames = columns
    return ((rows.line_num, _entry(row)) for row in rows)


def _entry(row: dict[str | None, str | list[str] | None]) -> object:
    """As JSON would have it; an empty cell is left out."""
    if None in row:
        return None  # more cells than the heading has: no entry at all
    cells = {name: value.strip() for name, value in row.items() if isinstance(value, str)}
    entry: dict[str | None, object] = {
        name: cells[name] for name in TEXT_COLUMNS if cells.get(name)
    }
    for name in LIST_COLUMNS:
        if cells.get(name):
            entry[name] = [each.strip() for each in cells[name].split(BETWEEN) if each.strip()]
    given = [name for name in USER_ID_COLUMNS if cells.get(name)]
    if given:
        entry["userIds"] = [{"userId": cells[name], "userIdType": name} for name in given]
    return entry


def _with_school(entry: RosterEntry, school: str | None) -> RosterEntry:
    named = entry.school or school
    if named is None:
        raise SchemaIncorrect((FieldProblem("school", "is missing"),))
    try:
        school_alias(named)
    except ValueError as error:
        raise SchemaIncorrect((FieldProblem("school", f"is not one: {error}"),)) from None
    return entry.model_copy(update={"school": named})

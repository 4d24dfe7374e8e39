"""What is asked about a person at the terminal: typed when asked for, or read, never an argument.

Arguments stand in the shell's history and in the list of processes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import typer

from adapters.cli.terminal import Exit, stop
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect
from adapters.wire.roster_file import school_alias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adapters.wire.message import Message

Question = TypeVar("Question", bound="Message")


def asked_as(kind: type[Question], given: Mapping[str, object]) -> Question:
    """What was given, read as the API reads it; a fault ends the verb, naming the field."""
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return parse(kind, msgspec.json.encode(said))
    except SchemaIncorrect as error:
        stop(Exit.WRONG_USE, "; ".join(map(str, error.problems)))


def typed_in(what: str) -> str:
    """Ask for something and do not show it; from a pipe it is one line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt(what, hide_input=True))


def user_file(user: Path) -> msgspec.Raw:
    """A UserReference in a file, or on standard input (`-`)."""
    try:
        content = sys.stdin.buffer.read() if str(user) == "-" else user.read_bytes()
    except OSError:
        stop(Exit.WRONG_USE, "--user names no file that can be read")
    return msgspec.Raw(content)


def user_reference(user_type: str, value: str) -> dict[str, Any]:
    """A UserReference of one identifier."""
    if user_type == "userMasterIdentifier":
        return {user_type: value}
    return {"userIds": [{"userIdType": user_type, "userId": value}]}


def school_reference(given: str) -> dict[str, Any]:
    """A SchoolReference, of what people write: 104A158, or DD_ID:1234."""
    try:
        master, others = school_alias(given)
    except ValueError as error:
        stop(Exit.WRONG_USE, str(error))
    if master is not None:
        return {"organisationMasterIdentifier": master}
    return {
        "organisationIds": [
            {"organisationIdType": kind, "organisationId": value} for kind, value in others
        ]
    }

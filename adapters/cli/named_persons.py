"""Persons that somebody names at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from adapters.cli.terminal import Exit, stop
from adapters.wire.message import Message
from adapters.wire.parsing import parse
from adapters.wire.problems import SchemaIncorrect

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=Message)


def read_person(user: Path, kind: type[M]) -> M:
    """Whom a file, or standard input for `-`, names; ends the verb when it names nobody.

    Never an argument: arguments stand in the shell's history and in the list of processes.
    Who gives one all the same does not see it repeated.
    """
    try:
        content = sys.stdin.buffer.read() if str(user) == "-" else user.read_bytes()
        return parse(kind, content)
    except OSError:
        stop(Exit.WRONG_USE, "--user names no file that can be read")
    except SchemaIncorrect as error:
        stop(Exit.WRONG_USE, "; ".join(map(str, error.problems)))

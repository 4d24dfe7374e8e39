"""The messages that templates say, and the Dutch ones beside them; run it to add what is new."""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from adapters.console.languages import LOCALE
from adapters.console.pages import TEMPLATES

DUTCH = LOCALE / "nl.po"
HEAD = r"""msgid ""
msgstr ""
"Language: nl\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
OPTIONS = {"**.html": {"trimmed": "false", "silent": "false"}}


def said() -> Catalog:
    """What templates say."""
    catalogue = Catalog(locale="nl", fuzzy=False)
    for file, line, message, _, _ in extract_from_dir(
        TEMPLATES, method_map=[("**.html", "jinja2")], options_map=OPTIONS
    ):
        catalogue.add(message, locations=[(file, line)])
    return catalogue


def dutch() -> Catalog:
    """What is said in Dutch."""
    with DUTCH.open("rb") as file:
        return read_po(file, locale="nl")


def is_said(message: Message) -> bool:
    """Whether there are Dutch words for it, all forms of them, that nobody has to look at again."""
    words = (message.string,) if isinstance(message.string, str) else message.string
    return bool(words) and all(words or ()) and not message.fuzzy


def write() -> None:
    """Add what templates say and Dutch has not yet, and leave out what they say no more."""
    catalogue = said()
    known = dutch() if DUTCH.exists() else Catalog(locale="nl")
    for message in catalogue:
        if message.id and (had := known.get(message.id)) is not None:
            message.string = had.string
    written = BytesIO()
    write_po(written, catalogue, omit_header=True, no_location=True, sort_output=True, width=98)
    DUTCH.write_text(HEAD + written.getvalue().decode(), encoding="utf-8")


if __name__ == "__main__":
    write()

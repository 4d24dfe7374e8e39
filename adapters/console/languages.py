"""The languages of the console: English, which its templates are written in, and Dutch."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from aanspraak.domain.calendar_days import AMSTERDAM
from projections.code_words import code_means
from projections.incident_kinds import tell
from projections.notice_rules import Message
from projections.notice_words import title_of
from projections.refusal_words import say_refusal

LOCALE: Final = Path(__file__).parent / "locale"
LOCALES: Final = {"en": Locale("en", "GB"), "nl": Locale("nl", "NL")}
NAMES: Final = {"en": "English", "nl": "Nederlands"}


def translations(language: str) -> Translations:
    """The messages of a language, out of its .po file; English is what templates say."""
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return Translations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def chosen(cookie: str | None, accepted: str | None) -> str:
    """The language that somebody chose, or else the first that their browser asks for."""
    if cookie in LOCALES:
        return str(cookie)
    wanted = [each.partition(";")[0].strip() for each in (accepted or "").split(",")]
    known = (each.partition("-")[0].lower() for each in wanted)
    return next((each for each in known if each in LOCALES), "en")


class Shown:
    """Moments, days and numbers as people of a language write them; moments in Amsterdam."""

    def __init__(self, language: str) -> None:
        self._locale = LOCALES[language]

    def moment(self, at: datetime) -> str:
        """A day and a time."""
        return format_datetime(at, "d MMM y HH:mm:ss", tzinfo=AMSTERDAM, locale=self._locale)

    def time(self, at: datetime) -> str:
        """The time of a day."""
        return format_time(at.astimezone(AMSTERDAM), "HH:mm:ss", locale=self._locale)

    def minute(self, at: datetime) -> str:
        """The time of a day without its seconds."""
        return format_time(at.astimezone(AMSTERDAM), "HH:mm", locale=self._locale)

    def day(self, day: date | str) -> str:
        """A day, given as such or as ISO 8601 writes it."""
        given = date.fromisoformat(day) if isinstance(day, str) else day
        return format_date(given, "d MMM y", locale=self._locale)

    def number(self, number: float) -> str:
        """A number."""
        return format_decimal(number, locale=self._locale)

    def means(self, code: int) -> str:
        """What a functional status code means."""
        return code_means(code, self._locale.language)

    def refusal(self, refusal: Exception) -> str:
        """Why something was refused."""
        return say_refusal(refusal, self._locale.language)

    def incident(self, kind: str, party: str) -> str:
        """What a kind of incident means, of one partner."""
        return tell(kind, party, self._locale.language).explanation

    def notice(self, message: Message) -> str:
        """What a message to those who are told says."""
        return title_of(message, self._locale.language)

"""Templates in every language: escaped, and strict about what they are not given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.console.assets import url_of
from adapters.console.languages import LOCALES, NAMES, Shown, translations
from adapters.console.place import BASE

TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    """Renders the templates; they are read once."""

    def __init__(self) -> None:
        self._environments = {language: _environment(language) for language in LOCALES}

    def render(self, language: str, template: str, context: Mapping[str, Any]) -> str:
        """A template in a language."""
        return self._environments[language].get_template(template).render(context)


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install: Any = environment
    install.install_gettext_translations(translations(language), newstyle=True)
    shown = Shown(language)
    environment.filters.update(
        moment=shown.moment,
        clock=shown.time,
        minute=shown.minute,
        day=shown.day,
        number=shown.number,
        means=shown.means,
        refusal=shown.refusal,
        incident=shown.incident,
        notice=shown.notice,
    )
    environment.globals.update(base=BASE, language=language, languages=NAMES, asset=url_of)
    return environment

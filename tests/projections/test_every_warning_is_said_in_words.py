from __future__ import annotations

import ast

from projections.languages import LANGUAGES
from projections.warning_words import WARNINGS, say_warning
from tests.architecture.sources import ROOT, tree

CHECKS = ROOT / "aanspraak/domain/delivery_order/catalogue_check.py"


def _given() -> set[str]:
    """The keys of the one table of warnings."""
    return {
        key.value
        for node in ast.walk(tree(CHECKS))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def test_every_warning_that_is_given_has_words_and_no_other() -> None:
    assert _given() == WARNINGS.keys()
    for texts in WARNINGS.values():
        assert len(set(texts)) == len(LANGUAGES)


def test_a_warning_of_a_newer_release_is_shown_as_it_is() -> None:
    assert say_warning("something-new", "nl") == "something-new"

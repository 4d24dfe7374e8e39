"""What a message says of a person becomes identifiers, and none of them is ever shown."""

from __future__ import annotations

import pytest

from adapters.security.persons import (
    Identifier,
    NobodyNamed,
    UnreadableText,
    activation_code,
    customer,
    normalised_code,
    operator,
    user_reference,
)


def test_the_master_identifier_comes_first_and_only_an_asi_has_a_scope() -> None:
    reference = user_reference("eck", [("ASI", "1"), ("NEPPI", "2")], scope="school")
    assert reference.identifiers == (
        Identifier("userMasterIdentifier", "", "eck"),
        Identifier("ASI", "school", "1"),
        Identifier("NEPPI", "", "2"),
    )


def test_blank_identifiers_name_nobody() -> None:
    reference = user_reference("", [("NEPPI", " "), ("BPI", "2")], scope="school")
    assert reference.as_given == {"userIds": [{"userId": "2", "userIdType": "BPI"}]}
    with pytest.raises(NobodyNamed):
        user_reference(None, [("NEPPI", "")], scope="school")
    with pytest.raises(NobodyNamed):
        operator(" ")


@pytest.mark.parametrize("name", ["olga", " OLGA ", "ol\u200bga", "\uff2flga", "Olga\t"])
def test_nobody_is_a_second_operator_by_another_spelling(name: str) -> None:
    assert operator(name).identifiers == operator("Olga").identifiers
    assert operator("Olga Jansen").identifiers != operator("Olga").identifiers


def test_a_name_that_cannot_be_seen_names_nobody() -> None:
    with pytest.raises(NobodyNamed):
        operator("\u200b")


@pytest.mark.parametrize("code", ["ab12c-d34ef", "AB12C D34EF", "ab12c_d34.ef", "AB12CD34EF"])
def test_a_code_has_one_normal_form(code: str) -> None:
    assert normalised_code(code) == "AB12CD34EF"


def test_a_code_of_separators_names_nobody() -> None:
    with pytest.raises(NobodyNamed):
        activation_code("- -", registry="lr")


def test_what_is_missing_of_a_customer_is_left_out() -> None:
    assert customer("Jan", None, shop="bl").as_given == {"displayName": "Jan"}


def test_the_canonical_text_does_not_depend_on_the_order() -> None:
    one = user_reference("eck", [("ASI", "1"), ("NEPPI", "2")], scope="school")
    two = user_reference("eck", [("NEPPI", "2"), ("ASI", "1")], scope="school")
    assert one.canonical() == two.canonical()
    assert one.as_given != two.as_given


def test_an_unknown_type_of_identifier_is_refused_without_its_value() -> None:
    with pytest.raises(ValueError, match="userIdType") as refused:
        user_reference(None, [("BSN", "123456782")], scope="school")
    assert "123456782" not in str(refused.value)


def test_what_is_no_text_is_refused_without_showing_it() -> None:
    with pytest.raises(UnreadableText) as refused:
        user_reference("secret\ud800", [], scope="school")
    assert refused.value.__context__ is None or refused.value.__suppress_context__
    assert "secret" not in str(refused.value)


def test_nothing_is_shown() -> None:
    shown = repr(
        [
            user_reference("secret-1", [("NEPPI", "secret-2")], scope="school"),
            activation_code("secret-3", registry="lr"),
            customer("secret-4", "secret-5", shop="bl"),
            operator("secret-6"),
        ]
    )
    assert "secret" not in shown.lower()

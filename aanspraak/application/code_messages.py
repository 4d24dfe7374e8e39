"""Messages about activation codes to a registry (ActivationCode API 0.9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

from aanspraak.application.messages import Message
from aanspraak.domain import lanes
from aanspraak.domain.code_stock.events import CodeRevocationRequested, CodesRequested

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aanspraak.domain.recorded import Recorded

CODE_REQUEST: Final = "activation-code-request"
CODE_REVOKE_REQUEST: Final = "activation-code-revoke-request"
CODE_KINDS: Final = (CODE_REQUEST, CODE_REVOKE_REQUEST)

CODE_FACTS: Final = (CodesRequested, CodeRevocationRequested)
"""The facts about a stock of codes that are messages."""

_REQUESTED: Final[Mapping[str, Any]] = {
    "kind": CODE_REQUEST,
    "subject_id": None,
    "user_reference_id": None,
}


def code_message(recorded: Recorded) -> Message:
    """The message that a fact about a stock is; a code goes into it at the moment of sending."""
    event = recorded.event
    if not isinstance(event, CodesRequested | CodeRevocationRequested):
        raise TypeError(f"{type(event).__name__} is no message about codes")
    return Message(
        partner=event.registry,
        lane=lanes.PROMPT,
        key=recorded.stream_id,
        number=event.number,
        follows=event.follows,
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        reference_id=event.reference_id,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        **_what(event),
    )


def fill_code(body: Mapping[str, object], reference: Mapping[str, object]) -> dict[str, object]:
    """Put the code into the body of an ActivationCodeRevokeRequest, as it was written."""
    return {**body, "activationCode": reference["activationCode"]}


def _what(event: CodesRequested | CodeRevocationRequested) -> dict[str, Any]:
    match event:
        case CodesRequested():
            contract = {} if event.contract_id is None else {"contractId": event.contract_id}
            body = {
                "requestReferenceId": event.reference_id,
                "productId": event.product_id,
                "quantity": event.quantity,
                **contract,
            }
            return {**_REQUESTED, "body": body}
        case CodeRevocationRequested():
            return {
                "kind": CODE_REVOKE_REQUEST,
                "subject_id": event.subject_id,
                "user_reference_id": event.user_reference_id,
                "body": {"requestReferenceId": event.reference_id},
            }
        case _:
            assert_never(event)

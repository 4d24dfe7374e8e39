"""The rules of a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from aanspraak.domain.errors import PartnerIncomplete
from aanspraak.domain.partner.commands import (
    EndPause,
    NoteReachability,
    PausePartner,
    RegisterPartner,
    ResumePartner,
    SetPartnerKey,
)
from aanspraak.domain.partner.events import (
    BY_OPERATOR,
    PLANNED_END,
    PartnerEvent,
    PartnerKeySet,
    PartnerPaused,
    PartnerReachable,
    PartnerRegistered,
    PartnerResumed,
    PartnerUnreachable,
)

if TYPE_CHECKING:
    from uuid import UUID

    from aanspraak.domain.partner.commands import PartnerCommand
    from aanspraak.domain.partner.state import Partner

SHOP: Final = "shop"
REGISTRY: Final = "registry"
PORTAL: Final = "portal"
DASHBOARD: Final = "dashboard"
CATALOGUE: Final = "catalogue"
ADMINISTRATION: Final = "administration"
ROLES: Final = (SHOP, REGISTRY, PORTAL, DASHBOARD, CATALOGUE, ADMINISTRATION)
MESSAGED: Final = (SHOP, REGISTRY, PORTAL)
"""Who gets messages; the others are asked, or ask."""


def decide(command: PartnerCommand, state: Partner | None) -> tuple[PartnerEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    match command:
        case RegisterPartner():
            return _register(command, state)
        case SetPartnerKey():
            return _set_key(command, state)
        case PausePartner():
            return _pause(command, _registered(state))
        case ResumePartner():
            _registered(state)
            return (_resumed(command.partner, BY_OPERATOR, command.reason_id),)
        case EndPause():
            paused = _registered(state).paused
            return (_resumed(command.partner, PLANNED_END, None),) if paused else ()
        case NoteReachability():
            return _note_reachability(command, state)
        case _:
            assert_never(command)


def _register(command: RegisterPartner, state: Partner | None) -> tuple[PartnerEvent, ...]:
    has_key = state is not None and bool(state.public_key)
    _check(command, reads_kafka=has_key or command.reads_kafka)
    registered = PartnerRegistered(
        partner=command.partner,
        role=command.role,
        title=command.title,
        client_id=command.client_id,
        url=command.url.rstrip("/"),
        token_url=command.token_url,
        scope=command.scope,
        usage_url=command.usage_url.rstrip("/"),
        activation_codes_url=command.activation_codes_url.rstrip("/"),
        consent_url=command.consent_url.rstrip("/"),
        overdue_seconds=command.overdue_seconds,
    )
    return () if state is not None and registered == state.registered else (registered,)


def _set_key(command: SetPartnerKey, state: Partner | None) -> tuple[PartnerEvent, ...]:
    """The reason alone changes nothing."""
    state = _registered(state)
    if state.registered.role not in MESSAGED:
        raise PartnerIncomplete("only who gets messages has a key: " + ", ".join(MESSAGED))
    if not command.public_key and not state.registered.url:
        raise PartnerIncomplete("url is empty")
    if command.public_key == state.public_key:
        return ()
    return (
        PartnerKeySet(
            partner=command.partner,
            public_key=command.public_key,
            reason_id=command.reason_id,
        ),
    )


def _pause(command: PausePartner, state: Partner) -> tuple[PartnerEvent, ...]:
    """Another end is another pause; the reason alone changes nothing."""
    if state.paused is not None and state.paused.until == command.until:
        return ()
    return (
        PartnerPaused(partner=command.partner, until=command.until, reason_id=command.reason_id),
    )


def _resumed(partner: str, cause: str, reason_id: UUID | None) -> PartnerResumed:
    return PartnerResumed(partner=partner, cause=cause, reason_id=reason_id)


def _registered(state: Partner | None) -> Partner:
    if state is None:
        raise PartnerIncomplete("it is not registered")
    return state


def _note_reachability(
    command: NoteReachability, state: Partner | None
) -> tuple[PartnerEvent, ...]:
    """Who is away stays away since then, also when its gateway counts anew."""
    if state is None:
        return ()
    partner, since = command.partner, command.unreachable_since
    if since is not None and state.unreachable_since is None:
        return (PartnerUnreachable(partner=partner, since=since),)
    if since is None and state.unreachable_since is not None:
        return (PartnerReachable(partner=partner, since=state.unreachable_since),)
    return ()


def _check(command: RegisterPartner, *, reads_kafka: bool) -> None:
    if command.role not in ROLES:
        raise PartnerIncomplete("role must be one of " + ", ".join(ROLES))
    for field in ("partner", "client_id"):
        if not getattr(command, field):
            raise PartnerIncomplete(f"{field} is empty")
    if command.role != DASHBOARD and not command.url and not reads_kafka:
        raise PartnerIncomplete("url is empty")
    if command.reads_kafka and command.role not in MESSAGED:
        raise PartnerIncomplete("only who gets messages reads Kafka: " + ", ".join(MESSAGED))
    if command.activation_codes_url and command.role != REGISTRY:
        raise PartnerIncomplete("only a registry has an activation_codes_url")
    if command.overdue_seconds is not None and command.overdue_seconds <= 0:
        raise PartnerIncomplete("overdue_seconds must be at least 1")
    _check_addresses(command)


def _check_addresses(command: RegisterPartner) -> None:
    for field in ("url", "token_url", "usage_url", "activation_codes_url", "consent_url"):
        if (given := getattr(command, field)) and not given.startswith(("https://", "http://")):
            raise PartnerIncomplete(f"{field} is not an http address")

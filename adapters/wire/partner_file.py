"""A partner as an operator writes it in a file: our own form, in the manner of the others."""

from __future__ import annotations

from typing import Literal

from adapters.wire.message import Message, Name, Text


class PartnerEntry(Message):
    """One partner of the hub.

    `partner` is its id (for a portal: the id that orders name), `clientId` what its tokens carry,
    `url` the base of its API that the hub calls, `tokenUrl` and `scope` for the hub's own tokens,
    `usageUrl` the base of a registry's Usage API, if it may be read, `activationCodesUrl` that of
    its ActivationCode API, if its publisher lets the hub request codes,
    `consentUrl` that of its Consent API, if it has one, `overdueSeconds` how long it may take for a
    confirmation (left out: as long as others). With `readsKafka` no `url` is needed: its messages
    wait until its key is set.
    """

    partner: Name
    role: Literal["shop", "registry", "portal", "dashboard", "catalogue", "administration"]
    client_id: Name
    title: Text = ""
    url: Text = ""
    token_url: Text = ""
    scope: Text = ""
    usage_url: Text = ""
    activation_codes_url: Text = ""
    consent_url: Text = ""
    overdue_seconds: int | None = None
    reads_kafka: bool = False

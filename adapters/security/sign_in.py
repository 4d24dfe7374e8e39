"""What a console needs to let people in: its own address, and the OpenID provider it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from adapters.config import environment_key
from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from adapters.config import Settings

NEEDED: Final = ("console_url", "console_issuer", "console_client_secret")
"""Without one of these there is no console."""


class SignInIncomplete(CannotGoOn):
    """What a console needs is not all given, or leads where others could listen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """Where people sign in, and where they come back to: `origin` is scheme, host and port."""

    origin: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name_claim: str
    roles_claim: str

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https, always so but on this machine itself."""
        return self.origin.startswith("https:")


def sign_in_of(settings: Settings) -> SignIn | None:
    """How people sign in; None when nothing of it is given: then there is no console.

    Raises:
        SignInIncomplete: only a part is given, or an address is neither https nor this machine.
    """
    missing = [environment_key(name) for name in NEEDED if getattr(settings, name) is None]
    if len(missing) == len(NEEDED):
        return None
    url, issuer, secret = (
        settings.console_url,
        settings.console_issuer,
        settings.console_client_secret,
    )
    if url is None or issuer is None or secret is None:
        raise SignInIncomplete(f"for a console there is also needed: {', '.join(missing)}")
    place = _safe(url, "console_url")
    provider = _safe(issuer, "console_issuer")
    if place.scheme == "https" and provider.scheme != "https":
        # A provider without https is the sandbox's, which lets in whoever comes.
        raise SignInIncomplete(f"{environment_key('console_issuer')} must be https too")
    return SignIn(
        origin=f"{place.scheme}://{place.netloc}",
        issuer=issuer,
        client_id=settings.console_client_id,
        client_secret=secret.get_secret_value(),
        name_claim=settings.console_name_claim,
        roles_claim=settings.console_roles_claim,
    )


def is_safe(url: str) -> bool:
    """Whether what goes there can be read by nobody on the way: https, or this machine itself."""
    place = urlsplit(url)
    return place.scheme == "https" or (place.scheme == "http" and _is_loopback(place.hostname))


def _safe(url: str, name: str) -> SplitResult:
    if not is_safe(url):
        raise SignInIncomplete(f"{environment_key(name)} must be https (http on this machine)")
    return urlsplit(url)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False

"""What a portal or dashboard sees of a school, it sees while that school consents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from aanspraak.domain.status_codes import CONSENT_REQUIRED
from adapters.http.problems import Refused

if TYPE_CHECKING:
    from adapters.http.services import Services
    from projections.visibility import Viewer


async def require_consent(services: Services, viewer: Viewer, school_id: UUID | None) -> None:
    """Raise Refused (403, code 22) where the school does not consent.

    What a customer ordered is at no school: the portals that the order names are the consent.
    """
    if school_id is None or await services.consents.may_see(viewer, school_id):
        return
    raise Refused(403, CONSENT_REQUIRED, "Consent of the school is required.")

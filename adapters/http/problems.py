"""Answers that are not good news: which refusal and which failure gets which HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from aanspraak.domain import errors
from aanspraak.domain.status_codes import OTHER, SCOPE_REQUIRED, code_of
from adapters.postgres.committer import Unavailable
from adapters.postgres.vault import VaultBusy
from adapters.security.tokens import TokenRefused
from adapters.telemetry import REFUSALS
from adapters.wire.outgoing import StatusResponse, encode
from adapters.wire.problems import FieldProblem, SchemaIncorrect

PROBLEMS: Final[dict[type[errors.DomainError], int]] = {
    errors.NotYours: 403,
    errors.UnknownReference: 400,
    errors.UnknownEntitlement: 404,
    errors.UnknownDeliveryOrder: 404,
    errors.NotHeld: 409,
    errors.EntitlementIsCancelled: 409,
    errors.NobodyHeldBack: 409,
    errors.RosterNotFollowable: 409,
    errors.ContractIncomplete: 400,
    errors.ForecastIncomplete: 400,
    errors.CodesNotOffered: 409,
    errors.RequestIdReused: 409,
    errors.TooFewCodesInStock: 409,
    errors.QuantityNotAllowed: 400,
    errors.ProviderReferenceUnknown: 400,
    errors.ProviderReferenceUsed: 400,
    errors.ConsumerReferenceUnknown: 400,
    errors.ConsumerReferenceUsed: 400,
    errors.ConsentNotExchanged: 400,
    errors.UnknownIncident: 404,
    errors.UnknownJob: 404,
    errors.NothingToDo: 409,
    errors.SecondOperatorNeeded: 409,
    errors.SecondOperatorUnproven: 409,
    errors.JobIsOver: 409,
    errors.SchoolUnknown: 404,
    errors.PortalNotServed: 400,
    errors.PortalNotAtSchool: 409,
    errors.PersonUnknown: 404,
    errors.PersonAmbiguous: 409,
    errors.PersonStillNeeded: 409,
}
"""The HTTP status of each refusal that is answered at once; all others go by confirmation."""

FAILURES: Final[tuple[type[Exception], ...]] = (
    Unavailable,
    VaultBusy,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""What may be better in a moment: the same request may be sent again."""

RETRY_AFTER_SECONDS: Final = 2

log = structlog.get_logger(__name__)


class Refused(Exception):
    """A request that is refused before any rule of the domain is asked."""

    def __init__(
        self, http_status: int, code: int, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.code = code
        self.message = message
        self.headers = headers


def scope_required(scopes: tuple[str, ...], message: str) -> Refused:
    """The token is good, but not for this."""
    challenge = f'Bearer error="insufficient_scope", scope="{" ".join(scopes)}"'
    return Refused(403, SCOPE_REQUIRED, message, {"WWW-Authenticate": challenge})


def status_response(
    http_status: int, code: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer with the functional status code and message of Edu-V."""
    body = encode(StatusResponse(status=code, status_message=message))
    return Response(body, http_status, headers, "application/json")


def answer_problems(app: FastAPI) -> None:
    """Give every refusal and failure its answer."""
    for problem in (
        TokenRefused,
        Refused,
        SchemaIncorrect,
        RequestValidationError,
        errors.DomainError,
        HTTPException,
        *FAILURES,
    ):
        app.add_exception_handler(problem, answer)


async def answer(_request: Request, problem: Exception) -> Response:
    """The answer to each; what is no refusal is a failure that may be better in a moment."""
    match problem:
        case TokenRefused():
            return _not_authenticated(problem)
        case Refused():
            log.info("request.refused", code=problem.code)
            return status_response(
                problem.http_status, problem.code, problem.message, problem.headers
            )
        case SchemaIncorrect():
            return _schema_incorrect(problem)
        case RequestValidationError():
            return _schema_incorrect(SchemaIncorrect(_parameter_problems(problem)))
        case errors.DomainError():
            return _domain_error(problem)
        case HTTPException():
            return _no_such_path(problem)
        case _:
            return _unavailable(problem)


def _not_authenticated(problem: TokenRefused) -> Response:
    """No body, as agreed for all APIs of Edu-V (RFC-61)."""
    log.info("token.refused", reason=problem.reason)
    return Response(status_code=401, headers={"WWW-Authenticate": problem.www_authenticate})


def _schema_incorrect(problem: SchemaIncorrect) -> Response:
    REFUSALS.labels(reason="SchemaIncorrect").inc()
    log.info("request.refused", code=problem.status, message=problem.status_message)
    return status_response(400, problem.status, problem.status_message)


def _parameter_problems(problem: RequestValidationError) -> tuple[FieldProblem, ...]:
    return tuple(
        FieldProblem(str(each["loc"][-1]), _PARAMETER_RULES.get(each["type"], "is not valid"))
        for each in problem.errors()
    )


def _domain_error(refusal: errors.DomainError) -> Response:
    reason = type(refusal).__name__
    REFUSALS.labels(reason=reason).inc()
    log.info("command.refused", reason=reason)
    return status_response(PROBLEMS.get(type(refusal), 400), code_of(refusal), str(refusal))


def _no_such_path(problem: HTTPException) -> Response:
    if problem.status_code == 405:  # noqa: PLR2004 - the status itself
        return Response(status_code=405, headers=problem.headers)
    return status_response(problem.status_code, OTHER, problem.detail, problem.headers)


def _unavailable(failure: Exception) -> Response:
    log.warning("request.failed", reason=type(failure).__name__)
    return status_response(503, OTHER, "Not available at this moment; try again.", retry_headers())


def retry_headers() -> dict[str, str]:
    """When to come again after a failure that may be better in a moment."""
    return {"Retry-After": str(RETRY_AFTER_SECONDS)}


_PARAMETER_RULES: Final = {
    "missing": "is missing",
    "literal_error": "must be one of the values that the API names",
    "int_parsing": "must be a whole number",
    "uuid_parsing": "must be a UUID",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}

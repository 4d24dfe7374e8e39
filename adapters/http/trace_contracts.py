"""Track and trace of numbers: what was ordered and is in use, a contract's report, forecasts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from aanspraak.domain import ids
from aanspraak.domain.errors import UnknownDeliveryOrder
from adapters.http.arrays import JSON
from adapters.http.contract_answers import shown_counts, shown_forecast, shown_lines
from adapters.http.openapi import many, one, problems
from adapters.http.parameters import Plain
from adapters.http.services import Services
from adapters.http.trace_viewers import OPENED, Admitted, Parts
from adapters.postgres import reads_contract
from adapters.postgres.reads import NOBODY
from adapters.postgres.reads_contract import Asked, Period
from adapters.wire import contract_trace_v1 as wire
from adapters.wire import trace_v1
from adapters.wire.contract_report import Heading, as_csv, as_json
from adapters.wire.outgoing import array_of_pages, encode
from adapters.wire.problems import FieldProblem, SchemaIncorrect
from adapters.wire.references import OrganisationIdType, SchoolReference

CSV: Final = "text/csv; charset=utf-8"

router = APIRouter(prefix=trace_v1.BASE_PATH, tags=["Track and trace"])

From = Annotated[date, Query(alias="from", description="The first day.")]
To = Annotated[date, Query(alias="to", description="The last day, included.")]
ContractId = Annotated[Plain, Path(alias="contractId")]


class Which(BaseModel):
    """Which orders are meant: all that is given must hold."""

    model_config = ConfigDict(frozen=True)

    product_id: Plain | None = Field(None, alias="productId")
    contract_id: Plain | None = Field(None, alias="contractId")
    org_master_id: Plain | None = Field(None, alias="orgMasterId")
    org_id: Plain | None = Field(None, alias="orgId")
    org_id_type: OrganisationIdType | None = Field(None, alias="orgIdType")

    def school(self) -> SchoolReference | None:
        """The school that is named, if one is; raises SchemaIncorrect for half a name."""
        if bool(self.org_id) != bool(self.org_id_type):
            raise SchemaIncorrect((FieldProblem("orgId", "goes together with orgIdType"),))
        if not self.org_master_id and not self.org_id:
            return None
        ids_given = [{"organisationId": self.org_id, "organisationIdType": self.org_id_type}]
        return SchoolReference.model_validate(
            {
                "organisationMasterIdentifier": self.org_master_id or "",
                "organisationIds": ids_given if self.org_id else [],
            }
        )


class WhichCounts(Which):
    """The same for counts, with a period that may be open on both sides."""

    delivery_order_id: UUID | None = Field(None, alias="deliveryOrderId")
    first: date | None = Field(None, alias="from", description="The first day of use.")
    last: date | None = Field(None, alias="to", description="The last day of use, included.")


@router.get(
    "/activations",
    operation_id="trace-activations",
    summary="What was ordered, and how much of it is in use?",
    responses={200: one(wire.ActivationCounts), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def trace_activations(
    viewer: Admitted, services: Parts, which: Annotated[WhichCounts, Query()]
) -> Response:
    """Counts per order, product, contract or school, of what the caller may see."""
    asked = await _asked(services, which)
    if which.delivery_order_id:
        asked = asked._replace(order_id=ids.order_stream(which.delivery_order_id))
    elif asked == Asked():
        rule = "is missing: or give productId, contractId or a school"
        raise SchemaIncorrect((FieldProblem("deliveryOrderId", rule),))
    _check(which.first, which.last)
    orders = await reads_contract.orders_counted(services.pool, viewer, asked)
    if which.delivery_order_id and not orders.orders:
        raise UnknownDeliveryOrder
    days = await reads_contract.days_of_use(services.pool, viewer, asked)
    answer = shown_counts(orders, days, which.first, which.last)
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/contracts/{contractId:path}/report",  # noqa: FAST003 - the alias of ContractId
    operation_id="trace-contract-report",
    summary="What did a contract come to in a period?",
    responses={200: one(wire.ContractReport), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def trace_contract_report(
    viewer: Admitted,
    services: Parts,
    contract_id: ContractId,
    first: From,
    last: To,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    """A line for each order that could be used in the period or was; sums come last."""
    _check(first, last)
    heading = Heading(
        contract_id=contract_id, period_from=first, period_to=last, as_of=services.now()
    )
    pages = reads_contract.contract_lines(services.pool, viewer, contract_id, Period(first, last))
    lines = shown_lines(viewer, pages)
    if form == "csv":
        named = {"Content-Disposition": 'attachment; filename="report.csv"'}
        return StreamingResponse(as_csv(heading, lines), media_type=CSV, headers=named)
    return StreamingResponse(as_json(heading, lines), media_type=JSON)


@router.get(
    "/forecasts",
    operation_id="trace-forecasts",
    summary="What do schools expect to need, and what became of it?",
    responses={200: many(wire.ForecastTrace), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def trace_forecasts(
    viewer: Admitted, services: Parts, which: Annotated[Which, Query()]
) -> Response:
    """Forecasts beside what became of them; partners see those of what they have orders for."""
    asked = await _asked(services, which)
    lines = reads_contract.forecast_lines(services.pool, viewer, asked)

    async def pages() -> AsyncIterator[list[wire.ForecastTrace]]:
        async for page in lines:
            yield [shown_forecast(line) for line in page]

    return StreamingResponse(array_of_pages(pages()), media_type=JSON)


async def _asked(services: Services, which: Which) -> Asked:
    """A school that nobody knows has nothing."""
    school = which.school()
    if school is None:
        return Asked(product_id=which.product_id, contract_id=which.contract_id)
    pairs = [(one.organisation_id_type, one.organisation_id) for one in school.organisation_ids]
    found = await services.vault.find_school(school.organisation_master_identifier, pairs)
    school_id = found.school_id if found else NOBODY
    return Asked(product_id=which.product_id, contract_id=which.contract_id, school_id=school_id)


def _check(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise SchemaIncorrect((FieldProblem("to", "must not lie before from"),))

"""Notifications API 0.9.1: an administration tells that something changed, the hub looks again."""

from __future__ import annotations

from typing import Final, Literal

from adapters.wire.message import Id, Maybe, Message, Moment, Text
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference

VERSION: Final = "0.9.1"
BASE_PATH: Final = "/notifications/v0"

SUBSCRIBED_APIS: Final = ("education-api", "association-api", "students-api", "employees-api")
"""The APIs whose changes concern a roster."""

SCOPES: Final = (
    "eduv.education",
    "eduv.association",
    *(f"eduv.student.{part}" for part in ("basic", "demographics", "communication")),
    *(f"eduv.student.{part}" for part in ("accessibility", "deliveryaddress")),
    *(f"eduv.employee.{part}" for part in ("basic", "communication", "roles")),
)
"""Of the scopes that the YAML names, those of student administrations; any one will do."""

ObjectType = Literal[
    "Organisation",
    "StudyOffering",
    "SubjectOffering",
    "SchoolPeriod",
    "Enrollment",
    "Assignment",
    "Group",
    "Student",
    "Employee",
    "Product",
    "ProductInfo",
    "Course",
]


class Notification(Message):
    """Something changed; without a school it may concern every school of the sender."""

    id: Id
    notification_type: Literal["object", "bulk"]
    object_type: ObjectType
    object_id: Maybe[Text] = None
    school: Maybe[SchoolReference] = None
    created: Moment
    is_delete_notification: Maybe[bool] = None


class NotificationResponse(Outgoing, frozen=True, kw_only=True):
    """Whether it could be read and may be sent; 0 is good."""

    id: str
    status: int
    status_message: str | None = None

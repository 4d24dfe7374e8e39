"""Who may do what in Kafka: the ACLs of the hub and of each partner, and granting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
)
from kafka.errors import KafkaError

from aanspraak.domain.partner.decide import DASHBOARD, MESSAGED, PORTAL, REGISTRY, SHOP
from adapters.kafka import topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from adapters.kafka.cluster import Cluster
    from adapters.kafka.topics import Topic

WRITES: Final = {
    SHOP: (topics.ORDERS,),
    REGISTRY: (topics.CONFIRMATIONS, topics.ACTIVATIONS),
    PORTAL: (topics.CONFIRMATIONS,),
}
"""What a partner of each role writes, as with the scopes of the APIs."""
READING: Final = (ACLOperation.READ, ACLOperation.DESCRIBE)
WRITING: Final = (ACLOperation.WRITE, ACLOperation.DESCRIBE)


class NotGranted(Exception):
    """The brokers do not grant it; the message is the reason, as they gave it."""


def written_by(cluster: Cluster, partner: str, role: str) -> list[Topic]:
    """The topics that a partner writes."""
    return [topics.inbound(cluster, kind, partner) for kind in WRITES.get(role, ())]


def read_by(cluster: Cluster, partner: str, role: str) -> list[Topic]:
    """The topics that a partner reads, in a consumer group that is called as the topic is."""
    if role == DASHBOARD:
        return [topics.dashboard(cluster, partner)]
    return [topics.messages(cluster, partner)] if role in MESSAGED else []


def acls_of_partner(cluster: Cluster, partner: str, role: str, principal: str) -> list[ACL]:
    """All that a partner needs, by literal names: it can neither read nor write anything else."""
    granted = []
    for topic in written_by(cluster, partner, role):
        granted += _allowed(principal, ResourceType.TOPIC, topic.name, WRITING)
    for topic in read_by(cluster, partner, role):
        granted += _allowed(principal, ResourceType.TOPIC, topic.name, READING)
        granted += _allowed(principal, ResourceType.GROUP, topic.name, (ACLOperation.READ,))
    return granted


def acls_of_hub(cluster: Cluster, principal: str) -> list[ACL]:
    """Everything under our prefix, and nothing of other users of the same Kafka."""
    granted = []
    for kind in (ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID):
        granted += _allowed(
            principal,
            kind,
            f"{cluster.prefix}.",
            (ACLOperation.ALL,),
            ACLResourcePatternType.PREFIXED,
        )
    return granted


def grant(cluster: Cluster, made: Iterable[Topic], acls: Sequence[ACL]) -> None:
    """Make topics and grant access; again it changes nothing, and nothing is taken away.

    Raises:
        NotGranted: not all of them are, or the brokers cannot be reached.
    """
    try:
        topics.make(cluster, made)
        with cluster.admin() as admin:
            failed = admin.create_acls(list(acls))["failed"]
    except KafkaError as error:
        raise NotGranted(str(error)) from error
    if failed:
        raise NotGranted(failed[0].__name__)


def _allowed(
    principal: str,
    kind: ResourceType,
    name: str,
    operations: Iterable[ACLOperation],
    pattern: ACLResourcePatternType = ACLResourcePatternType.LITERAL,
) -> list[ACL]:
    resource = ResourcePattern(kind, name, pattern)
    return [
        ACL(principal, "*", operation, ACLPermissionType.ALLOW, resource)
        for operation in operations
    ]

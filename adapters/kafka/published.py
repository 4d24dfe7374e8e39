"""Facts as records of the event stream: their public form, or that for a dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from adapters.kafka import topics
from adapters.kafka.event_schemas import dashboard_type, event_type
from adapters.kafka.records import Event, Record
from adapters.postgres.event_codec import topic_of
from projections.public_events import dashboard_data, public_data

if TYPE_CHECKING:
    from aanspraak.domain.recorded import Recorded
    from adapters.kafka.cluster import Cluster
    from adapters.kafka.topics import Topic


def public_record(recorded: Recorded, to: Topic, cluster: Cluster) -> Record:
    """For the distributor's own systems; whenever it is sent, its id is its position in the log."""
    name = event_type(topic_of(recorded.event))
    return _record(recorded, name, public_data(recorded.event), to, cluster)


def dashboard_record(recorded: Recorded, dashboard: str, cluster: Cluster) -> Record:
    """For a dashboard; raises KeyError for a fact that dashboards do not hear of."""
    name = dashboard_type(topic_of(recorded.event))
    to = topics.dashboard(cluster, dashboard)
    return _record(recorded, name, dashboard_data(recorded.event), to, cluster)


def _record(
    recorded: Recorded, name: str, data: dict[str, Any], to: Topic, cluster: Cluster
) -> Record:
    event = Event(
        id=str(recorded.position),
        source=cluster.source,
        type=name,
        subject=str(recorded.stream_id),
        time=recorded.recorded_at,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
    )
    return Record(
        topic=to.name,
        key=str(recorded.stream_id),
        value=msgspec.json.encode(data),
        headers=event.headers({}),
    )

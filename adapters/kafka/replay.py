"""Publishing a part of the log once more, to a topic that no partner reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.kafka import event_stream, topics
from adapters.kafka.published import public_record
from adapters.kafka.sender import Sender
from adapters.postgres.event_log import read_after
from adapters.postgres.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import AsyncConnection

    from adapters.kafka.cluster import Cluster
    from adapters.kafka.topics import Topic


class NotReplayed(Exception):
    """Nothing was published; the message says why not."""


def replay_topic(cluster: Cluster, name: str) -> Topic:
    """The topic to publish to: the event stream itself, or one that is for this alone.

    What partners and dashboards read is filtered, numbered and sent to them; who else reads a topic
    the hub cannot know. So there is a list of what is allowed, and none of what is not.

    Raises:
        NotReplayed: it is another topic.
    """
    stream, named = topics.events(cluster), topics.replay(cluster, name.rpartition(".")[2])
    for topic in (stream, named):
        if name == topic.name:
            return topic
    raise NotReplayed(
        f"a replay goes to {topics.replay(cluster, 'NAME').name} (letters, digits and -), or to"
        f" {stream.name}: never to what a partner or dashboard reads"
    )


async def replay(
    conn: AsyncConnection[Any],
    cluster: Cluster,
    topic: Topic,
    first: int,
    last: int,
    done: Callable[[int], object],
) -> int:
    """Publish the facts from one position to another, both included; how many there were.

    They have the ids they always have; `done` is told of each that is there. Run again it publishes
    all of them again.

    Raises:
        NotReplayed: it is to go into the stream, to which a follower is writing.
        ChannelAway: a part of them is not there.
    """
    if topic == topics.events(cluster):
        await _take_turn(conn)
    sender = Sender(cluster, None)
    count = 0
    try:
        while page := [one for one in await read_after(conn, first - 1) if one.position <= last]:
            await sender.send([public_record(one, topic, cluster) for one in page], [topic])
            first, count = page[-1].position + 1, count + len(page)
            done(count)
    finally:
        sender.close()
    return count


async def _take_turn(conn: AsyncConnection[Any]) -> None:
    """Old facts in between new ones would come in the wrong order."""
    query = load("follower")["try_lock"]
    row = await (await conn.execute(query, (event_stream.NAME,))).fetchone()
    if not (row and row[0]):
        raise NotReplayed("stop `aanspraak follow stream` first: it writes to the same topic")

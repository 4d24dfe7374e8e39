-- name: read_many
-- The histories of many streams, each after a version. The lateral subquery with OFFSET 0 is walked
-- once per stream, by the primary key; = ANY would be planned on statistics that a young log has not.
SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
FROM unnest(%(ids)b::uuid[], %(after)b::bigint[]) WITH ORDINALITY AS s (id, after, nth)
CROSS JOIN LATERAL (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
    FROM log.stored_events
    WHERE originator_id = s.id AND originator_version > s.after
    ORDER BY originator_version
    OFFSET 0
) e
ORDER BY s.nth, e.originator_version;

-- name: read_first
-- How each of these streams began: one index look-up each, as above.
SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
FROM unnest(%(ids)b::uuid[]) AS s (id)
CROSS JOIN LATERAL (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
    FROM log.stored_events
    WHERE originator_id = s.id AND originator_version = 1
    LIMIT 1
) e;

-- name: read_first_with
-- Of each of these streams the first fact of a topic that has this in it: one index range each.
SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
FROM unnest(%(ids)b::uuid[]) AS s (id)
CROSS JOIN LATERAL (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
    FROM log.stored_events
    WHERE originator_id = s.id AND topic = %(topic)s AND position(%(has)s::bytea IN state) > 0
    ORDER BY originator_version
    LIMIT 1
) e;

-- name: read_after
-- What came after a position, in order. Of facts that nobody asks about only where they are: that is
-- cheaper to send, and needs no reading.
SELECT notification_id, originator_id, originator_version, recorded_at, topic,
       CASE WHEN %(topics)s::text[] IS NULL OR topic = ANY(%(topics)s::text[]) THEN state END
FROM log.stored_events
WHERE notification_id > %(position)s
ORDER BY notification_id
LIMIT %(limit)s;

-- name: read_range
-- A page of the streams between two ids, in stream order, as they were at a position; as above.
SELECT notification_id, originator_id, originator_version, recorded_at, topic,
       CASE WHEN %(topics)s::text[] IS NULL OR topic = ANY(%(topics)s::text[]) THEN state END
FROM log.stored_events
WHERE (originator_id, originator_version) > (%(first)s, %(after)s)
    AND originator_id <= %(last)s
    AND notification_id <= %(until)s
ORDER BY originator_id, originator_version
LIMIT %(limit)s;

-- name: read_back
-- The newest facts between two positions that are what is asked for. Who acted and the story lie in
-- the state and have no index, nor has the topic: the bounds say how far is looked, at most.
SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
FROM log.stored_events
WHERE notification_id BETWEEN %(first)s AND %(last)s
    AND (%(topic)s::text IS NULL OR topic = %(topic)s::text)
    AND (%(actor)s::bytea IS NULL OR position(%(actor)s::bytea IN state) > 0)
    AND (%(story)s::bytea IS NULL OR position(%(story)s::bytea IN state) > 0)
ORDER BY notification_id DESC
LIMIT %(limit)s;

-- name: read_streams_back
-- The same of some streams, by the primary key, however long ago: as above with OFFSET 0.
SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
FROM unnest(%(streams)s::uuid[]) AS s (id)
CROSS JOIN LATERAL (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
    FROM log.stored_events
    WHERE originator_id = s.id
    OFFSET 0
) e
WHERE e.notification_id BETWEEN %(first)s AND %(last)s
    AND (%(topic)s::text IS NULL OR e.topic = %(topic)s::text)
    AND (%(actor)s::bytea IS NULL OR position(%(actor)s::bytea IN e.state) > 0)
    AND (%(story)s::bytea IS NULL OR position(%(story)s::bytea IN e.state) > 0)
ORDER BY e.notification_id DESC
LIMIT %(limit)s;

-- name: read_story
-- The facts of a story, the oldest first: those around a position, and those of the streams of its
-- order, which lie together in the log, however long before or after.
WITH around AS MATERIALIZED (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
    FROM log.stored_events
    WHERE notification_id BETWEEN %(first)s AND %(last)s AND position(%(story)s::bytea IN state) > 0
    ORDER BY notification_id
    LIMIT %(limit)s
), beside AS MATERIALIZED (
    SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
    FROM (
        SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
        FROM log.stored_events
        WHERE originator_id BETWEEN %(first_id)s AND %(last_id)s
        OFFSET 0
    ) e
    WHERE position(%(story)s::bytea IN e.state) > 0
    ORDER BY e.notification_id
    LIMIT %(limit)s
)
SELECT DISTINCT ON (e.notification_id)
       e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state
FROM (SELECT * FROM around UNION ALL SELECT * FROM beside) e
ORDER BY e.notification_id
LIMIT %(limit)s;

-- name: last_position
SELECT coalesce(max(notification_id), 0) FROM log.stored_events;

-- name: count_topics
-- How many facts of each topic there are from one position to another, both included.
SELECT topic, count(*) FROM log.stored_events
WHERE notification_id BETWEEN %(first)s AND %(last)s
GROUP BY topic
ORDER BY topic;

-- name: position_at
SELECT log.position_at(%s);

-- name: append
SELECT stream_id, version, "position"
FROM log.append(%(ids)b, %(expected)b, %(topics)b, %(states)b);

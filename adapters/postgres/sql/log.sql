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

-- name: read_after
-- What came after a position, in order.
SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
FROM log.stored_events
WHERE notification_id > %(position)s
ORDER BY notification_id
LIMIT %(limit)s;

-- name: read_range
-- A page of the streams between two ids, in stream order, as they were at a position.
SELECT notification_id, originator_id, originator_version, recorded_at, topic, state
FROM log.stored_events
WHERE (originator_id, originator_version) > (%(first)s, %(after)s)
    AND originator_id <= %(last)s
    AND notification_id <= %(until)s
ORDER BY originator_id, originator_version
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

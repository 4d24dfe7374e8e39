-- Facts that a follower could not handle, and what was decided about them.

-- name: dead_behind
SELECT DISTINCT stream_id FROM channel.dead_letter
WHERE follower = %(follower)s AND status IN ('waiting', 'again')
  AND stream_id = ANY (%(streams)s);

-- name: add_dead_letter
INSERT INTO channel.dead_letter (follower, "position", stream_id, topic, reason)
VALUES (%(follower)s, %(position)s, %(stream_id)s, %(topic)s, %(reason)s)
ON CONFLICT (follower, "position") DO NOTHING;

-- name: dead_letter_again
-- The first fact that an operator wants handled again, or that waited behind one that is settled now.
-- The views that were built anew since it lay aside hold it already, and would count it twice.
SELECT d."position" FROM channel.dead_letter d
WHERE d.follower = %(follower)s
  AND (d.status = 'again' OR (d.status = 'waiting' AND d.reason = 'behind'))
  AND NOT EXISTS (
      SELECT FROM channel.dead_letter before
      WHERE before.follower = d.follower AND before.stream_id = d.stream_id
        AND before."position" < d."position" AND before.status IN ('waiting', 'again'))
  AND NOT (d.follower = 'projections'
           AND EXISTS (SELECT FROM view.rebuilds r WHERE r.rebuilt_at > d.at))
ORDER BY d."position" LIMIT 1 FOR UPDATE OF d;

-- name: settle_dead_letter
UPDATE channel.dead_letter SET status = 'handled', settled_at = now()
WHERE follower = %(follower)s AND "position" = %(position)s;

-- name: dead_letter_failed_again
UPDATE channel.dead_letter SET status = 'waiting', reason = %(reason)s
WHERE follower = %(follower)s AND "position" = %(position)s;

-- name: dead_letters
-- What lies aside, oldest first; behind: how many later facts of its stream wait for it.
SELECT d.follower, d."position", d.stream_id, d.topic, d.reason, d.at, d.status, d.decided_by,
       d.decided_at, d.reason_id,
       (SELECT count(*) FROM channel.dead_letter l
        WHERE l.follower = d.follower AND l.stream_id = d.stream_id AND l."position" > d."position"
          AND l.status = 'waiting' AND l.reason = 'behind') AS behind
FROM channel.dead_letter d
WHERE (%(settled)s::boolean OR d.status IN ('waiting', 'again'))
  AND (NOT %(first)s::boolean OR (d.status = 'waiting' AND d.reason <> 'behind'))
  AND (%(follower)s::text IS NULL OR d.follower = %(follower)s)
  AND (%(position)s::bigint IS NULL OR d."position" = %(position)s)
  AND (%(what)s::text IS NULL OR %(what)s IN (d.reason, d.topic))
  AND (%(since)s::timestamptz IS NULL OR d.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR d.at < %(until)s)
  AND (%(after)s::bigint IS NULL OR d."position" > %(after)s)
ORDER BY d."position", d.follower LIMIT %(limit)s;

-- name: list_dead_letters
-- Those that go first of their stream; what waits behind them follows by itself.
INSERT INTO jobs.items (job_id, nr, name, key, "position", why, at)
SELECT %(job_id)s, row_number() OVER (ORDER BY d."position", d.follower), d.follower, d.stream_id,
       d."position", d.reason, d.at
FROM channel.dead_letter d
WHERE d.status = 'waiting' AND d.reason <> 'behind'
  AND (%(follower)s::text IS NULL OR d.follower = %(follower)s)
  AND (%(what)s::text IS NULL OR %(what)s IN (d.reason, d.topic))
  AND (%(since)s::timestamptz IS NULL OR d.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR d.at < %(until)s);

-- name: dead_letter_statuses
SELECT d.status FROM channel.dead_letter d
JOIN unnest(%(followers)s::text[], %(positions)s::bigint[]) AS t (follower, "position")
    ON t.follower = d.follower AND t."position" = d."position";

-- name: why_not_retried
-- The first fact of the same stream that waits before this one, and when a view was last built anew
-- since; no row when there is nothing to decide about.
SELECT (SELECT min(before."position") FROM channel.dead_letter before
        WHERE before.follower = d.follower AND before.stream_id = d.stream_id
          AND before."position" < d."position" AND before.status IN ('waiting', 'again')),
       (SELECT max(r.rebuilt_at) FROM view.rebuilds r
        WHERE d.follower = 'projections' AND r.rebuilt_at > d.at)
FROM channel.dead_letter d
WHERE d.follower = %(follower)s AND d."position" = %(position)s
  AND d.status IN ('waiting', 'again')
FOR UPDATE;

-- name: retry_dead_letter
UPDATE channel.dead_letter
SET status = 'again', decided_by = %(operator)s, decided_at = now(), reason_id = %(reason_id)s
WHERE follower = %(follower)s AND "position" = %(position)s;

-- name: skip_dead_letters
-- One fact, or also everything of its stream that waits behind it.
UPDATE channel.dead_letter d
SET status = 'skipped', decided_by = %(operator)s, decided_at = now(), settled_at = now(),
    reason_id = %(reason_id)s
FROM channel.dead_letter first
WHERE first.follower = %(follower)s AND first."position" = %(position)s
  AND d.follower = first.follower AND d.stream_id = first.stream_id
  AND d.status IN ('waiting', 'again')
  AND (d."position" = first."position"
       OR (%(behind)s::boolean AND d."position" > first."position"));

-- name: wake_followers
SELECT pg_notify('aanspraak_log', '');

-- name: fact_at
SELECT convert_from(state, 'UTF8') FROM log.stored_events WHERE notification_id = %s;

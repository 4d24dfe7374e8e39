-- The channel: messages to partners, what became of them, and what stands in their way.

-- name: send
-- Order within a lane is the order of the positions.
INSERT INTO channel.messages (partner, lane, "position", key, number, message)
SELECT * FROM unnest(
    %(partners)s::text[], %(lanes)s::text[], %(positions)s::bigint[], %(keys)s::uuid[],
    %(numbers)s::integer[], %(messages)s::json[]);

-- name: wake
-- Wakes the gateway that serves the partner, when this transaction commits.
SELECT pg_notify('aanspraak_channel', partner) FROM unnest(%(partners)s::text[]) AS partner;

-- name: listen
LISTEN aanspraak_channel;

-- name: receive
SELECT "position", message::text FROM channel.messages
WHERE partner = %(partner)s AND lane = %(lane)s AND "position" > %(after)s
ORDER BY "position" LIMIT %(limit)s;

-- name: acknowledge
-- Without waiting for the disk: an offset that is lost costs a second look at messages that progress
-- knows to be done.
WITH lazily AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO channel.offsets AS o (partner, lane, "position")
SELECT %(partner)s, %(lane)s, %(offset)s FROM lazily
ON CONFLICT (partner, lane) DO UPDATE SET "position" = excluded."position"
WHERE o."position" < excluded."position";

-- name: acknowledged
SELECT "position" FROM channel.offsets WHERE partner = %(partner)s AND lane = %(lane)s;

-- name: waiting_since
SELECT (m.message ->> 'recorded_at')::timestamptz FROM channel.messages m
WHERE m.partner = %(partner)s AND m.lane = %(lane)s
  AND m."position" > coalesce((SELECT o."position" FROM channel.offsets o
                               WHERE o.partner = %(partner)s AND o.lane = %(lane)s), 0)
ORDER BY m."position" LIMIT 1;

-- name: prepare_days
SELECT channel.prepare_days(%s, %s);

-- name: drop_days
SELECT channel.drop_days(%s, %s);

-- name: publishers_bookmark
SELECT "position" FROM channel.bookmarks WHERE name = %s;

-- name: first_facts
-- The first fact of each of these streams. Planned each time, as every reading of the log.
SELECT first.originator_id, first.topic, first.state
FROM unnest(%s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT e.originator_id, e.topic, e.state FROM log.stored_events e
    WHERE e.originator_id = wanted.id AND e.originator_version = 1
) first;

-- name: progress
-- Up to which number each of these keys is done, and which of its messages are parked.
SELECT wanted.key, coalesce(p.done, 0), coalesce(q.numbers, '{}')
FROM unnest(%(keys)s::uuid[]) AS wanted (key)
LEFT JOIN LATERAL (
    SELECT done FROM channel.progress WHERE partner = %(partner)s AND key = wanted.key
) p ON true
LEFT JOIN LATERAL (
    SELECT array_agg(number) AS numbers FROM channel.parked
    WHERE partner = %(partner)s AND key = wanted.key
) q ON true;

-- name: advance
INSERT INTO channel.progress AS p (partner, key, done)
SELECT * FROM unnest(%(partners)s::text[], %(keys)s::uuid[], %(numbers)s::integer[])
ON CONFLICT (partner, key) DO UPDATE SET done = excluded.done WHERE p.done < excluded.done;

-- name: unpark
DELETE FROM channel.parked p
USING unnest(%(partners)s::text[], %(keys)s::uuid[], %(numbers)s::integer[])
    AS t (partner, key, number)
WHERE p.partner = t.partner AND p.key = t.key AND p.number = t.number;

-- name: park
INSERT INTO channel.parked AS p
    (partner, key, number, lane, message, reason, attempts, rung, last_attempt_at, next_attempt_at,
     error, parked_at)
SELECT partner, key, number, lane, message, reason, attempts, rung, last_attempt_at,
       next_attempt_at, error, %(now)s
FROM unnest(%(partners)s::text[], %(keys)s::uuid[], %(numbers)s::integer[], %(lanes)s::text[],
            %(messages)s::json[], %(reasons)s::text[], %(attempts)s::integer[], %(rungs)s::integer[],
            %(last_attempts)s::timestamptz[], %(next_attempts)s::timestamptz[], %(errors)s::text[])
    AS t (partner, key, number, lane, message, reason, attempts, rung, last_attempt_at,
          next_attempt_at, error)
ON CONFLICT (partner, key, number) DO UPDATE
SET reason = excluded.reason, attempts = excluded.attempts, rung = excluded.rung,
    last_attempt_at = excluded.last_attempt_at, next_attempt_at = excluded.next_attempt_at,
    error = excluded.error;

-- name: release_next
-- The first message behind, of each of these keys, may go when the one before it has an outcome.
UPDATE channel.parked p SET reason = 'ready', next_attempt_at = %(now)s
FROM unnest(%(partners)s::text[], %(keys)s::uuid[]) AS t (partner, key)
CROSS JOIN LATERAL (
    SELECT q.number FROM channel.parked q
    JOIN channel.progress g ON g.partner = q.partner AND g.key = q.key
    WHERE q.partner = t.partner AND q.key = t.key AND q.reason = 'behind'
      AND (q.message ->> 'follows')::integer <= g.done
) free
WHERE p.partner = t.partner AND p.key = t.key AND p.number = free.number
RETURNING p.partner;

-- name: blame_the_partner
-- These failed because the partner was away, not by themselves.
UPDATE channel.parked p
SET reason = 'unreachable', rung = greatest(p.rung - 1, 0), next_attempt_at = NULL
FROM unnest(%(keys)s::uuid[], %(numbers)s::integer[]) AS t (key, number)
WHERE p.partner = %(partner)s AND p.key = t.key AND p.number = t.number AND p.reason = 'failed';

-- name: release_waiting
-- The partner is back: what waited for it goes again.
UPDATE channel.parked SET reason = 'ready', next_attempt_at = %(now)s
WHERE partner = %(partner)s AND reason = 'unreachable';

-- name: due
SELECT key, number, message::text, attempts, rung FROM channel.parked
WHERE partner = %(partner)s AND next_attempt_at <= %(now)s AND key <> ALL (%(in_hand)s::uuid[])
ORDER BY next_attempt_at LIMIT %(limit)s;

-- name: next_due
SELECT min(next_attempt_at) FROM channel.parked
WHERE partner = %(partner)s AND next_attempt_at > %(now)s;

-- name: probe
-- Another one each time: what was tried longest ago.
SELECT key, number, message::text, attempts, rung FROM channel.parked
WHERE partner = %(partner)s AND (reason = 'unreachable' OR next_attempt_at <= %(now)s)
  AND key <> ALL (%(in_hand)s::uuid[])
ORDER BY last_attempt_at NULLS FIRST LIMIT 1;

-- name: parked_counts
SELECT partner, reason, count(*) FROM channel.parked
WHERE %(partner)s::text IS NULL OR partner = %(partner)s GROUP BY partner, reason ORDER BY 1, 2;

-- name: parked_first
-- What an operator can do something about comes first: given up, then what failed.
SELECT partner, key, number, lane, reason, attempts, last_attempt_at, next_attempt_at, error
FROM channel.parked
WHERE %(partner)s::text IS NULL OR partner = %(partner)s
ORDER BY reason = 'gave_up' DESC, attempts DESC, partner, key, number LIMIT %(limit)s;

-- name: parked_of
SELECT partner, key, number, lane, reason, attempts, last_attempt_at, next_attempt_at, error
FROM channel.parked WHERE key = ANY (%s) ORDER BY partner, key, number;

-- name: add_attempts
INSERT INTO channel.attempts
    (at, partner, stream_id, number, outcome, http_status, status, duration_ms, error, answer,
     answer_key, subject_id)
SELECT * FROM unnest(
    %(ats)s::timestamptz[], %(partners)s::text[], %(streams)s::uuid[], %(numbers)s::integer[],
    %(outcomes)s::text[], %(http_statuses)s::smallint[], %(statuses)s::integer[],
    %(durations)s::integer[], %(errors)s::text[], %(answers)s::bytea[],
    %(answer_keys)s::smallint[], %(subjects)s::uuid[]);

-- name: attempts_of
SELECT at, partner, stream_id, number, outcome, http_status, status, duration_ms, error, answer,
       answer_key
FROM channel.attempts WHERE stream_id = ANY (%s) ORDER BY at;

-- name: forget_answers
UPDATE channel.attempts SET answer = NULL, answer_key = NULL
WHERE subject_id = ANY (%s) AND answer IS NOT NULL;

-- name: count_stale_answers
SELECT count(*) FROM channel.attempts WHERE answer IS NOT NULL AND answer_key <> %s;

-- name: days_of_stale_answers
-- A day is a partition, so that each batch reads one of them.
SELECT DISTINCT date_trunc('day', at, 'UTC') AS day FROM channel.attempts
WHERE answer IS NOT NULL AND answer_key <> %s ORDER BY day;

-- name: stale_answers
-- An attempt has no key of its own; where it stands is one as long as it is locked.
SELECT tableoid::bigint, ctid::text, stream_id, answer_key, answer FROM channel.attempts
WHERE at >= %(day)s AND at < %(day)s + interval '1 day'
  AND answer IS NOT NULL AND answer_key <> %(newest)s
LIMIT %(limit)s FOR UPDATE;

-- name: rewrite_answers
UPDATE channel.attempts a SET answer = new.answer, answer_key = %(newest)s
FROM unnest(%(tables)s::bigint[], %(places)s::text[], %(answers)s::bytea[])
    AS new (part, place, answer)
WHERE a.tableoid = new.part::oid AND a.ctid = new.place::tid
  AND a.at >= %(day)s AND a.at < %(day)s + interval '1 day';

-- name: sent_before
-- Where a lane was at a moment; what is no longer kept counts as never sent.
SELECT "position" FROM channel.messages
WHERE partner = %(partner)s AND lane = %(lane)s AND sent_at < %(moment)s
ORDER BY "position" DESC LIMIT 1;

-- name: seek
INSERT INTO channel.flows (partner, seek_to) VALUES (%(partner)s, %(moment)s)
ON CONFLICT (partner) DO UPDATE SET seek_to = excluded.seek_to;

-- name: sought
-- Unless another moment was asked for meanwhile.
UPDATE channel.flows SET seek_to = NULL WHERE partner = %(partner)s AND seek_to = %(moment)s;

-- name: waits
-- Since when the oldest message to a partner waits.
INSERT INTO channel.flows (partner, waiting_since) VALUES (%(partner)s, %(since)s)
ON CONFLICT (partner) DO UPDATE SET waiting_since = excluded.waiting_since;

-- name: flows
SELECT partner, unreachable_since, rung, next_rung_at, next_try_at, held_until, deaf_until, heard,
       paused_at, paused_until, paused_reason_id, seek_to, waiting_since
FROM channel.flows WHERE %(partner)s::text IS NULL OR partner = %(partner)s ORDER BY partner;

-- name: save_reachability
-- What was heard before this does not count for it.
INSERT INTO channel.flows
    (partner, unreachable_since, rung, next_rung_at, next_try_at, held_until, deaf_until)
VALUES (%(partner)s, %(unreachable_since)s, %(rung)s, %(next_rung_at)s, %(next_try_at)s,
        %(held_until)s, %(deaf_until)s)
ON CONFLICT (partner) DO UPDATE
SET unreachable_since = excluded.unreachable_since, rung = excluded.rung,
    next_rung_at = excluded.next_rung_at, next_try_at = excluded.next_try_at,
    held_until = excluded.held_until, deaf_until = excluded.deaf_until,
    heard = flows.heard AND excluded.unreachable_since IS NOT NULL
            AND flows.unreachable_since IS NOT DISTINCT FROM excluded.unreachable_since;

-- name: alive
-- Writes only once while the partner is unreachable, however often it calls.
WITH heard AS (
    UPDATE channel.flows SET heard = true
    WHERE partner = %s AND unreachable_since IS NOT NULL AND NOT heard
    RETURNING partner
)
SELECT pg_notify('aanspraak_channel', partner) FROM heard;

-- name: pause
INSERT INTO channel.flows (partner, paused_at, paused_until, paused_reason_id)
VALUES (%(partner)s, %(now)s, %(until)s, %(reason_id)s)
ON CONFLICT (partner) DO UPDATE
SET paused_at = excluded.paused_at, paused_until = excluded.paused_until,
    paused_reason_id = excluded.paused_reason_id;

-- name: resume
UPDATE channel.flows
SET paused_at = NULL, paused_until = NULL, paused_reason_id = NULL, deaf_until = NULL, heard = true
WHERE partner = %s;

-- name: pauses_over
-- Of which the planned end has come; nobody pauses or resumes them meanwhile.
SELECT partner FROM channel.flows WHERE paused_until <= %(now)s ORDER BY partner FOR UPDATE;

-- name: end_pauses
UPDATE channel.flows SET paused_at = NULL, paused_until = NULL, paused_reason_id = NULL
WHERE partner = ANY (%(partners)s);

-- name: join_gateways
-- Every gateway holds this lock, shared, so that each can count the others. Spells 'chan'.
SELECT pg_advisory_lock_shared(1667785070, 0);

-- name: count_gateways
SELECT count(*) FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND classid = 1667785070 AND objid = 0 AND objsubid = 2 AND granted
  AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database());

-- name: lease
-- One gateway per partner, as long as its connection lives.
SELECT pg_try_advisory_lock(hashtextextended('channel/' || %s, 0));

-- name: end_lease
SELECT pg_advisory_unlock(hashtextextended('channel/' || %s, 0));

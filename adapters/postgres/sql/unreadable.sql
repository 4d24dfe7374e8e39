-- Stored messages that cannot be read: each waits for an operator, and its key with it.

-- name: lay_aside
-- Of a lane, unless they are done or lie aside already.
INSERT INTO channel.parked
    (partner, key, number, lane, message, reason, attempts, rung, error, parked_at)
SELECT m.partner, m.key, m.number, m.lane, m.message, 'gave_up', 0, 0, broken.error, now()
FROM unnest(%(positions)s::bigint[], %(errors)s::text[]) AS broken ("position", error)
JOIN channel.messages m ON m.partner = %(partner)s AND m.lane = %(lane)s
    AND m."position" = broken."position"
LEFT JOIN channel.progress p ON p.partner = m.partner AND p.key = m.key
WHERE m.number > coalesce(p.done, 0)
ON CONFLICT (partner, key, number) DO NOTHING
RETURNING key, number, error;

-- name: lay_records_aside
-- The same of records that lie elsewhere.
INSERT INTO channel.parked
    (partner, key, number, lane, message, reason, attempts, rung, error, parked_at)
SELECT %(partner)s, broken.key, broken.number, %(lane)s, broken.message, 'gave_up', 0, 0,
       broken.error, now()
FROM unnest(%(keys)s::uuid[], %(numbers)s::integer[], %(messages)s::json[], %(errors)s::text[])
    AS broken (key, number, message, error)
LEFT JOIN channel.progress p ON p.partner = %(partner)s AND p.key = broken.key
WHERE broken.number > coalesce(p.done, 0)
ON CONFLICT (partner, key, number) DO NOTHING
RETURNING key, number, error;

-- name: give_up
-- Of what is parked already.
UPDATE channel.parked p SET reason = 'gave_up', next_attempt_at = NULL, error = broken.error
FROM unnest(%(keys)s::uuid[], %(numbers)s::integer[], %(errors)s::text[])
    AS broken (key, number, error)
WHERE p.partner = %(partner)s AND p.key = broken.key AND p.number = broken.number
RETURNING p.key, p.number, p.error;


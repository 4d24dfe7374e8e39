-- Notices: what is to be told, in which message it goes, and to whom that was delivered.

-- name: keep
INSERT INTO channel.notices (notice_id, kind, about, at, what, code, incident_id, number)
SELECT * FROM unnest(%(notice_id)s::uuid[], %(kind)s::text[], %(about)s::text[], %(at)s::timestamptz[],
                     %(what)s::text[], %(code)s::integer[], %(incident_id)s::uuid[], %(number)s::bigint[])
ON CONFLICT (notice_id) DO NOTHING;

-- name: waiting
-- What is in no message yet, the oldest first.
SELECT notice_id, kind, about, at, what, code, incident_id, number FROM channel.notices
WHERE message_id IS NULL ORDER BY at, notice_id LIMIT %(limit)s;

-- name: put
UPDATE channel.notices SET message_id = %(message_id)s
WHERE notice_id = ANY (%(notices)s) AND message_id IS NULL;

-- name: address
INSERT INTO channel.notice_deliveries (message_id, target, kind, made_at, next_attempt_at)
SELECT %(message_id)s, target, %(kind)s, %(now)s, %(now)s FROM unnest(%(targets)s::text[]) AS t (target)
ON CONFLICT (message_id, target) DO NOTHING;

-- name: due
-- Deliveries whose turn it is, to one target, the oldest first.
SELECT message_id, kind, made_at, attempts FROM channel.notice_deliveries
WHERE target = %(target)s AND next_attempt_at <= %(now)s
ORDER BY made_at, message_id LIMIT %(limit)s;

-- name: of_message
SELECT notice_id, kind, about, at, what, code, incident_id, number FROM channel.notices
WHERE message_id = %(message_id)s ORDER BY at, notice_id;

-- name: delivered
UPDATE channel.notice_deliveries
SET attempts = attempts + 1, next_attempt_at = NULL, delivered_at = %(now)s, error = NULL
WHERE message_id = %(message_id)s AND target = %(target)s;

-- name: failed
-- Without a next attempt it is given up.
UPDATE channel.notice_deliveries
SET attempts = attempts + 1, next_attempt_at = %(next_attempt_at)s, error = %(error)s
WHERE message_id = %(message_id)s AND target = %(target)s;

-- name: standing
-- How far each follower is, and how many facts wait for it.
SELECT b.name, b.position, greatest(last.position - b.position, 0)
FROM (
    SELECT name, position FROM policy.bookmarks
    UNION ALL SELECT name, position FROM view.bookmarks
    UNION ALL SELECT name, position FROM channel.bookmarks
) b
CROSS JOIN (SELECT coalesce(max(notification_id), 0) AS position FROM log.stored_events) last
ORDER BY b.name;

-- name: letters
-- Facts that followers laid aside, without those that only wait behind one.
SELECT follower, max("position"), count(*) FROM channel.dead_letter
WHERE status IN ('waiting', 'again') AND reason <> 'behind'
GROUP BY follower;

-- name: forget
-- What was dealt with long ago.
WITH gone AS (
    DELETE FROM channel.notice_deliveries d
    WHERE d.made_at < %(before)s AND d.next_attempt_at IS NULL
    RETURNING message_id
)
DELETE FROM channel.notices n
WHERE n.message_id IS NOT NULL AND n.at < %(before)s
  AND NOT EXISTS (SELECT FROM channel.notice_deliveries d
                  WHERE d.message_id = n.message_id AND d.next_attempt_at IS NOT NULL);

-- name: sent_since
-- Messages made since a moment, to each target, the newest first: those that did not get there before.
SELECT message_id, kind, made_at, attempts, target, next_attempt_at, delivered_at, error
FROM channel.notice_deliveries
WHERE made_at >= %(since)s
ORDER BY delivered_at IS NOT NULL, made_at DESC, message_id, target LIMIT %(limit)s;

-- name: try_again
-- What was given up is tried again, from the first step of the ladder on.
UPDATE channel.notice_deliveries SET next_attempt_at = %(now)s, attempts = 0
WHERE delivered_at IS NULL AND next_attempt_at IS NULL;

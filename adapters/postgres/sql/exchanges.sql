-- Exchanges: what was sent when, beside the facts that say what and what came of it.

-- name: attempts_of
-- Every attempt at messages about these streams, oldest first.
SELECT a.at, a.partner, a.stream_id, a.number, a.outcome, a.http_status, a.status, a.duration_ms, a.error
FROM unnest(%(streams)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT t.at, t.partner, t.stream_id, t.number, t.outcome, t.http_status, t.status, t.duration_ms,
           t.error
    FROM channel.attempts t
    WHERE t.stream_id = wanted.id AND t.at <= %(until)s
    OFFSET 0
) a
ORDER BY a.at;

-- name: sent_between
-- What was sent to a partner in a stretch of time, page by page: one range of its index, in the
-- partitions of those days.
SELECT a.at, a.partner, a.stream_id, a.number, a.outcome, a.http_status, a.status, a.duration_ms, a.error
FROM channel.attempts a
WHERE a.partner = %(partner)s AND a.at >= %(first)s AND a.at < %(last)s
  AND (a.at, a.stream_id, a.number) > (%(after_at)s, %(after_stream)s, %(after_number)s)
ORDER BY a.at, a.stream_id, a.number
LIMIT %(limit)s;

-- name: answers_of
-- What a partner said at once to a message: the first 2 KB of each answer, encrypted.
SELECT a.at, a.partner, a.stream_id, a.number, a.outcome, a.http_status, a.status, a.duration_ms, a.error,
       a.answer, a.answer_key
FROM channel.attempts a
WHERE a.stream_id = %(stream_id)s AND a.partner = %(partner)s AND a.number = %(number)s
  AND a.at <= %(until)s
ORDER BY a.at;

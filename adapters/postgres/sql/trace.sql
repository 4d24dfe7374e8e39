-- name: waiting
-- Who is being waited for, with what was tried. The exchanges of an order are one index range, and so
-- are the attempts at them and what is parked of them.
WITH open AS (
    SELECT x.stream_id, x.partner, x.number, x.kind, x.refresh, x.given_up, x.taken_at,
           coalesce(x.taken_at, x.asked_at) AS since,
           min(x.number) FILTER (WHERE x.given_up)
               OVER (PARTITION BY x.stream_id, x.partner) AS stuck_at
    FROM view.open_exchanges x
    WHERE x.stream_id BETWEEN %(first)s AND %(last)s AND x.order_id = %(order_id)s
), tried AS (
    SELECT a.partner, a.stream_id, a.number, count(*) AS attempts, max(a.at) AS last_attempt_at,
           (array_agg(coalesce(a.error, 'http-' || a.http_status) ORDER BY a.at DESC)
                FILTER (WHERE a.outcome <> 'taken'))[1] AS last_error
    FROM channel.attempts a
    WHERE a.stream_id BETWEEN %(first)s AND %(last)s
    GROUP BY a.partner, a.stream_id, a.number
), parked AS (
    SELECT p.partner, p.key, p.number, p.next_attempt_at
    FROM channel.parked p
    WHERE p.key BETWEEN %(first)s AND %(last)s
)
SELECT open.partner, open.kind, open.refresh, count(*) AS messages, count(open.taken_at) AS taken,
       count(*) FILTER (WHERE open.given_up) AS given_up,
       count(*) FILTER (WHERE open.number > open.stuck_at) AS behind, min(open.since) AS since,
       coalesce(sum(tried.attempts), 0)::bigint AS attempts,
       max(tried.last_attempt_at) AS last_attempt_at,
       (array_agg(tried.last_error ORDER BY tried.last_attempt_at DESC)
            FILTER (WHERE tried.last_error IS NOT NULL))[1] AS last_error,
       coalesce(min(parked.next_attempt_at), min(f.next_try_at)) AS next_attempt_at,
       min(f.unreachable_since) AS unreachable_since, min(f.paused_at) AS paused_at,
       min(p.overdue_seconds) AS overdue_seconds
FROM open
LEFT JOIN view.partners p ON p.partner = open.partner
LEFT JOIN tried ON tried.partner = open.partner AND tried.stream_id = open.stream_id
    AND tried.number = open.number
LEFT JOIN parked ON parked.partner = open.partner AND parked.key = open.stream_id
    AND parked.number = open.number
LEFT JOIN channel.flows f ON f.partner = open.partner
GROUP BY open.partner, open.kind, open.refresh
ORDER BY min(open.since), open.partner;

-- name: doubles
-- Live entitlements of an order whose user has another live one of the same product at the school, one
-- of them by name and the other by an open order: what is ordered by name is delivered all the same.
SELECT count(*)
FROM view.entitlement_details e
WHERE e.entitlement_id BETWEEN %(first)s AND %(last)s AND e.order_id = %(order_id)s
    AND e.status <> 'cancelled'
    AND EXISTS (
        SELECT FROM view.entitlements_by_school s
        JOIN view.entitlement_details o ON o.entitlement_id = s.entitlement_id
        WHERE s.school_id = e.school_id AND s.subject_id = e.subject_id
            AND s.product_id = e.product_id AND s.status <> 'cancelled'
            AND s.entitlement_id <> e.entitlement_id
            AND (o.delivery_type = ANY (%(open_types)s)) <> (e.delivery_type = ANY (%(open_types)s))
            AND (%(partner)s::text IS NULL OR %(partner)s IN (o.shop, o.registry)));

-- name: failures
-- Attempts at messages about these streams that did not succeed; their facts tell the others.
SELECT a.at, a.partner, a.stream_id, a.number,
       coalesce(a.error, 'http-' || a.http_status, 'unknown') AS error, a.duration_ms
FROM channel.attempts a
WHERE a.stream_id BETWEEN %(first)s AND %(last)s AND a.outcome = 'failed'
ORDER BY a.at
LIMIT %(limit)s;

-- name: partners
-- Every partner with what is open and what fails there, how far it climbed the ladder, and its last answer.
SELECT p.partner, p.role, p.title,
       coalesce(x.open, 0) AS open, coalesce(x.taken, 0) AS taken, x.oldest_at,
       coalesce(k.failing, 0) AS failing, coalesce(k.given_up, 0) AS given_up, k.last_error,
       f.unreachable_since, coalesce(f.next_try_at, k.next_attempt_at) AS next_attempt_at,
       f.paused_at, f.paused_until, f.paused_reason_id, coalesce(f.rung, 0) AS rung, f.next_rung_at,
       coalesce(k.parked, 0) AS parked, a.at AS answered_at, a.outcome AS answer,
       a.http_status AS answer_http_status
FROM view.partners p
LEFT JOIN LATERAL (
    SELECT count(*) AS open, count(o.taken_at) AS taken, min(o.asked_at) AS oldest_at
    FROM view.open_exchanges o WHERE o.partner = p.partner
) x ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS parked, count(*) FILTER (WHERE m.reason IN ('failed', 'unreachable')) AS failing,
           count(*) FILTER (WHERE m.reason = 'gave_up') AS given_up,
           min(m.next_attempt_at) AS next_attempt_at,
           (array_agg(m.error ORDER BY m.last_attempt_at DESC)
                FILTER (WHERE m.error IS NOT NULL))[1] AS last_error
    FROM channel.parked m WHERE m.partner = p.partner
) k ON true
LEFT JOIN LATERAL (
    SELECT t.at, t.outcome, t.http_status FROM channel.attempts t
    WHERE t.partner = p.partner ORDER BY t.at DESC LIMIT 1
) a ON true
LEFT JOIN channel.flows f ON f.partner = p.partner
WHERE %(partner)s::text IS NULL OR p.partner = %(partner)s
ORDER BY p.partner;

-- name: partner_errors
-- How attempts at a partner failed since a moment: by error, the most first.
SELECT coalesce(a.error, 'http-' || a.http_status, 'unknown') AS error, count(*) AS times, max(a.at) AS last_at
FROM channel.attempts a
WHERE a.partner = %(partner)s AND a.at >= %(since)s AND a.outcome <> 'taken'
GROUP BY 1
ORDER BY times DESC, error
LIMIT %(limit)s;

-- name: oldest_open
-- What is open at a partner longest, and the product it is about.
SELECT x.stream_id, x.number, x.kind, x.asked, x.asked_at, x.taken_at, x.given_up, d.delivery_order_id,
       d.product_id, p.title
FROM (
    SELECT o.stream_id, o.order_id, o.number, o.kind, o.asked, o.asked_at, o.taken_at, o.given_up
    FROM view.open_exchanges o WHERE o.partner = %(partner)s
    ORDER BY o.asked_at, o.stream_id, o.number LIMIT %(limit)s
) x
LEFT JOIN view.delivery_order_status d ON d.order_id = x.order_id
LEFT JOIN view.products p ON p.product_id = d.product_id
ORDER BY x.asked_at, x.stream_id, x.number;

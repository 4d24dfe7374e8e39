-- name: incidents
-- The newest first. concerned: how many entitlements (or orders) it is about, while it is open those
-- whose cause is not gone; an overdue one has no list, but what is due.
SELECT i.incident_id, i.party, i.code, i.kind, i.order_id, o.delivery_order_id, i.entitlement_id,
       i.text_id, i.first_opened_at, i.opened_at, i.times, i.closed_at, i.closed_cause, i.closed_by,
       i.reason_id, o.activation_until_date, o.total_licensed, o.licensed_until,
       CASE
           WHEN i.kind = 'confirmation-overdue' AND i.closed_at IS NULL THEN (
               SELECT count(DISTINCT d.stream_id) FROM view.due d
               WHERE d.partner = i.party
                   AND d.at <= %(now)s - make_interval(secs => coalesce(p.overdue_seconds, %(seconds)s)))
           WHEN i.closed_at IS NULL THEN t.concerned
           ELSE t.listed
       END AS concerned,
       t.listed - t.concerned AS mended
FROM view.incidents i
LEFT JOIN view.delivery_order_status o ON o.order_id = i.order_id
LEFT JOIN view.partners p ON p.partner = i.party
CROSS JOIN LATERAL (
    SELECT count(DISTINCT m.stream_id) AS listed,
           count(DISTINCT m.stream_id) FILTER (WHERE m.resolved_position IS NULL) AS concerned
    FROM policy.incident_items m WHERE m.incident_id = i.incident_id
) t
WHERE (%(incident_id)s::uuid IS NULL OR i.incident_id = %(incident_id)s)
    AND (%(party)s::text IS NULL OR i.party = %(party)s)
    AND (%(kind)s::text IS NULL OR i.kind = %(kind)s OR EXISTS (
        SELECT FROM policy.incident_items k
        WHERE k.incident_id = i.incident_id AND k.kind = %(kind)s))
    AND (%(order_id)s::uuid IS NULL OR i.order_id = %(order_id)s)
    AND (%(school_id)s::uuid IS NULL OR o.school_id = %(school_id)s)
    AND (%(open)s::boolean IS NULL OR (i.closed_at IS NULL) = %(open)s)
    AND (%(since)s::timestamptz IS NULL OR i.opened_at >= %(since)s)
    AND (%(after)s::uuid IS NULL OR (i.opened_at, i.incident_id) < (
        SELECT a.opened_at, a.incident_id FROM view.incidents a WHERE a.incident_id = %(after)s))
ORDER BY i.opened_at DESC, i.incident_id DESC
LIMIT %(limit)s;

-- name: of_order
SELECT i.incident_id, i.party, i.code, i.kind FROM view.incidents i WHERE i.order_id = %(order_id)s
ORDER BY i.first_opened_at, i.incident_id LIMIT 100;

-- name: causes
-- Of each kind on an incident's list: how many, and how many of them are mended.
SELECT t.kind, count(*) FILTER (WHERE t.resolved_position IS NULL) AS open,
       count(t.resolved_position) AS mended
FROM policy.incident_items t
WHERE t.incident_id = %(incident_id)s
GROUP BY t.kind
ORDER BY min(t.first_position);

-- name: affected
-- What an incident is about, by id; mended_at: since when nothing of it is wrong any more. A consent or
-- a stock is neither an order nor an entitlement: then it is what the incident itself concerns.
SELECT t.stream_id, array_agg(t.kind ORDER BY t.first_position) AS kinds, min(t.first_at) AS since,
       CASE WHEN bool_and(t.resolved_position IS NOT NULL) THEN max(t.resolved_at) END AS mended_at
FROM policy.incident_items t
JOIN view.incidents i ON i.incident_id = t.incident_id
WHERE t.incident_id = %(incident_id)s
    AND (t.stream_id = i.order_id OR t.stream_id::text <> i.concerning)
    AND (%(after)s::uuid IS NULL OR t.stream_id > %(after)s)
GROUP BY t.stream_id
ORDER BY t.stream_id
LIMIT %(limit)s;

-- name: overdue
-- What a partner has taken and not confirmed in time, by entitlement.
SELECT d.stream_id, ARRAY['confirmation-overdue'] AS kinds, min(d.at) AS since,
       NULL::timestamptz AS mended_at
FROM view.due d
LEFT JOIN view.partners p ON p.partner = d.partner
WHERE d.partner = %(party)s
    AND d.at <= %(now)s - make_interval(secs => coalesce(p.overdue_seconds, %(seconds)s))
    AND (%(after)s::uuid IS NULL OR d.stream_id > %(after)s)
GROUP BY d.stream_id
ORDER BY d.stream_id
LIMIT %(limit)s;

-- name: operators
-- By which reference each of these operators can be named.
SELECT DISTINCT ON (r.subject_id) r.subject_id, r.reference_id
FROM vault.person_references r
WHERE r.subject_id = ANY(%(ids)s)
ORDER BY r.subject_id, r.reference_id;

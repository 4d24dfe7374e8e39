-- name: overdue_partners
-- The partners that took a message so long ago that its confirmation is overdue, each by the time it
-- has for it.
SELECT p.partner
FROM view.partners p
CROSS JOIN LATERAL (
    SELECT FROM view.due d
    WHERE d.partner = p.partner
        AND d.at <= %(now)s - make_interval(secs => coalesce(p.overdue_seconds, %(seconds)s))
    LIMIT 1
) late
ORDER BY p.partner;

-- name: unreachable_partners
SELECT f.partner FROM channel.flows f WHERE f.unreachable_since IS NOT NULL ORDER BY f.partner;

-- name: open_incidents
-- Those of these kinds that are open.
SELECT i.incident_id, i.party, i.kind
FROM view.incidents i
WHERE i.closed_at IS NULL AND i.kind = ANY(%(kinds)s);

-- name: ended_incidents
-- The open ones with a list of which everything is over: not activated in time, or the licence has
-- ended (entitlements: projections.entitlement_details.is_over; orders: order_trace.is_ended).
SELECT i.incident_id
FROM view.incidents i
WHERE i.closed_at IS NULL
    AND EXISTS (
        SELECT FROM policy.incident_items t
        WHERE t.incident_id = i.incident_id AND t.resolved_position IS NULL)
    AND NOT EXISTS (
        SELECT FROM policy.incident_items t
        LEFT JOIN view.entitlement_details e ON e.entitlement_id = t.stream_id
        LEFT JOIN view.delivery_order_status o ON o.order_id = t.stream_id
        WHERE t.incident_id = i.incident_id AND t.resolved_position IS NULL
            AND coalesce(
                CASE
                    WHEN e.entitlement_id IS NULL AND o.order_id IS NULL THEN true
                    WHEN e.status = 'licensed' OR (e.status = 'blocked' AND e.first_usage_date IS NOT NULL) THEN
                        e.expiration_date IS NULL OR e.expiration_date >= %(today)s
                    WHEN e.entitlement_id IS NOT NULL THEN e.activation_until_date >= %(today)s
                    ELSE o.activation_until_date >= %(today)s
                        OR (o.total_licensed > 0 AND o.licensed_until >= %(today)s)
                END, true))
ORDER BY i.incident_id;

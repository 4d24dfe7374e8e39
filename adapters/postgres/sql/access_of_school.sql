-- name: entitlements_of_orders
-- The entitlements of these orders; those of an order are one range of the primary key.
SELECT {columns}
FROM unnest(%(orders)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[])
    AS asked (order_id, first_id, last_id)
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlement_details e
    WHERE e.entitlement_id BETWEEN asked.first_id AND asked.last_id AND e.order_id = asked.order_id
    OFFSET 0
) v
ORDER BY v.entitlement_id;

-- name: flows
-- What stands in the way of each partner's flow.
SELECT f.partner, f.unreachable_since, f.paused_at, f.next_try_at FROM channel.flows f;

-- name: open_incidents
-- Open incidents about these orders, or of these kinds about these partners.
SELECT i.incident_id, i.party, i.order_id
FROM unnest(%(orders)s::uuid[]) AS asked (order_id)
CROSS JOIN LATERAL (
    SELECT w.incident_id, w.party, w.order_id, w.opened_at FROM view.incidents w
    WHERE w.order_id = asked.order_id AND w.closed_at IS NULL
    OFFSET 0
) i
UNION ALL
SELECT i.incident_id, i.party, NULL
FROM unnest(%(partners)s::text[]) AS asked (partner)
CROSS JOIN LATERAL (
    SELECT w.incident_id, w.party FROM view.incidents w
    WHERE w.party = asked.partner AND w.closed_at IS NULL AND w.order_id IS NULL
        AND w.kind = ANY (%(kinds)s)
    OFFSET 0
) i;

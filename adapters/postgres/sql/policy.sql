-- name: read_entitlements
-- How far these entitlements are.
SELECT p.entitlement_id, p.order_id, p.registry, p.entitled, p.refused, p.in_use, p.links
FROM unnest(%(ids)b::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT e.entitlement_id, e.order_id, e.registry, e.entitled, e.refused, e.in_use, e.links
    FROM policy.entitlements e
    WHERE e.entitlement_id = wanted.id
) p;

-- name: read_orders
-- What was counted of these orders.
SELECT p.order_id, p.expected, p.asked, p.created, p.settled, p.delivered, p.in_use
FROM unnest(%(ids)b::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT o.order_id, o.expected, o.asked, o.created, o.settled, o.delivered, o.in_use
    FROM policy.orders o
    WHERE o.order_id = wanted.id
) p;

-- name: write_entitlements
-- How far these entitlements are now.
INSERT INTO policy.entitlements AS e
    (entitlement_id, order_id, registry, entitled, refused, in_use, links)
SELECT w.entitlement_id, w.order_id, w.registry, w.entitled, w.refused, w.in_use, w.links
FROM unnest(%(entitlement_id)b::uuid[], %(order_id)b::uuid[], %(registry)b::text[],
            %(entitled)b::boolean[], %(refused)b::boolean[], %(in_use)b::boolean[],
            %(links)b::jsonb[])
    AS w (entitlement_id, order_id, registry, entitled, refused, in_use, links)
ON CONFLICT (entitlement_id) DO UPDATE
SET entitled = excluded.entitled, refused = excluded.refused, in_use = excluded.in_use,
    links = excluded.links;

-- name: write_orders
-- What is counted of these orders now.
INSERT INTO policy.orders AS o
    (order_id, expected, asked, created, settled, delivered, in_use)
SELECT w.order_id, w.expected, w.asked, w.created, w.settled, w.delivered, w.in_use
FROM unnest(%(order_id)b::uuid[], %(expected)b::integer[], %(asked)b::integer[],
            %(created)b::integer[], %(settled)b::integer[], %(delivered)b::integer[],
            %(in_use)b::integer[])
    AS w (order_id, expected, asked, created, settled, delivered, in_use)
ON CONFLICT (order_id) DO UPDATE
SET asked = excluded.asked, created = excluded.created, settled = excluded.settled,
    delivered = excluded.delivered, in_use = excluded.in_use;

-- name: write_incident_items
-- What these incidents are about; what is on the list stays as it is.
INSERT INTO policy.incident_items (incident_id, stream_id, kind, first_position, first_at)
SELECT w.incident_id, w.stream_id, w.kind, w.first_position, w.first_at
FROM unnest(%(incident_id)b::uuid[], %(stream_id)b::uuid[], %(kind)b::text[],
            %(first_position)b::bigint[], %(first_at)b::timestamptz[])
    AS w (incident_id, stream_id, kind, first_position, first_at)
ON CONFLICT (incident_id, stream_id, kind) DO NOTHING;

-- name: remember_requests
-- What these reference ids were used for, unless they were used before.
INSERT INTO policy.requests (shop, reference_id, order_id)
SELECT w.shop, w.reference_id, w.order_id
FROM unnest(%(shop)b::text[], %(reference_id)b::text[], %(order_id)b::uuid[])
    AS w (shop, reference_id, order_id)
ON CONFLICT (shop, reference_id) DO NOTHING;

-- name: reused_requests
-- Those of these uses that are of another order than the first.
SELECT w.nth
FROM unnest(%(shop)b::text[], %(reference_id)b::text[], %(order_id)b::uuid[])
    WITH ORDINALITY AS w (shop, reference_id, order_id, nth)
CROSS JOIN LATERAL (
    SELECT r.order_id FROM policy.requests r
    WHERE r.shop = w.shop AND r.reference_id = w.reference_id
) AS first
WHERE first.order_id <> w.order_id;

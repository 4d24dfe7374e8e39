-- name: read_entitlements
-- How far these entitlements are.
SELECT p.entitlement_id, p.order_id, p.registry, p.subject_id, p.turn, p.entitled, p.refused,
       p.in_use, p.blocked, p.cancelled, p.kept, p.cancel_id, p.links, p.school_id,
       p.by_school
FROM unnest(%(ids)b::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT e.entitlement_id, e.order_id, e.registry, e.subject_id, e.turn, e.entitled, e.refused,
           e.in_use, e.blocked, e.cancelled, e.kept, e.cancel_id, e.links, e.school_id,
           e.by_school
    FROM policy.entitlements e
    WHERE e.entitlement_id = wanted.id
) p;

-- name: entitlements_of_order
-- How far the entitlements of an order are, from an id on; they lie together.
SELECT e.entitlement_id, e.order_id, e.registry, e.subject_id, e.turn, e.entitled, e.refused,
       e.in_use, e.blocked, e.cancelled, e.kept, e.cancel_id, e.links, e.school_id,
       e.by_school
FROM policy.entitlements e
WHERE e.entitlement_id > %(after)b AND e.entitlement_id <= %(last)b AND e.order_id = %(order_id)b
ORDER BY e.entitlement_id
LIMIT %(most)b;

-- name: entitlements_for_portal
-- The entitlements of a school whose order names a portal, from an id on.
SELECT e.entitlement_id
FROM policy.entitlements e
WHERE e.school_id = %(school_id)s AND e.entitlement_id > %(after)s AND e.links ? %(portal)s
ORDER BY e.entitlement_id
LIMIT %(most)s;

-- name: entitlements_of_school
-- The entitlements of a school and the portals that their orders name, from an id on.
SELECT e.entitlement_id, o.portals
FROM policy.entitlements e
CROSS JOIN LATERAL (
    SELECT p.portals FROM policy.orders p WHERE p.order_id = e.order_id OFFSET 0
) o
WHERE e.school_id = %(school_id)s AND e.entitlement_id > %(after)s
ORDER BY e.entitlement_id
LIMIT %(most)s;

-- name: read_fan_out
-- Up to which entitlement a fact was fanned out.
SELECT after_id FROM policy.fan_outs WHERE position = %(position)b;

-- name: write_fan_out
-- A fact is fanned out up to this entitlement.
INSERT INTO policy.fan_outs AS f (position, after_id) VALUES (%(position)b, %(after)b)
ON CONFLICT (position) DO UPDATE SET after_id = excluded.after_id;

-- name: end_fan_out
-- A fact is fanned out.
DELETE FROM policy.fan_outs WHERE position = %(position)b;

-- name: read_orders
-- What was counted of these orders.
SELECT p.order_id, p.expected, p.asked, p.created, p.settled, p.delivered, p.in_use, p.cancelled,
       p.kept, p.cancel_id, p.cancel_end, p.first_used, p.portals
FROM unnest(%(ids)b::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT o.order_id, o.expected, o.asked, o.created, o.settled, o.delivered, o.in_use,
           o.cancelled, o.kept, o.cancel_id, o.cancel_end, o.first_used, o.portals
    FROM policy.orders o
    WHERE o.order_id = wanted.id
) p;

-- name: write_entitlements
-- How far these entitlements are now.
INSERT INTO policy.entitlements AS e
    (entitlement_id, order_id, registry, subject_id, turn, entitled, refused, in_use, blocked,
     cancelled, kept, cancel_id, links, school_id, by_school)
SELECT w.entitlement_id, w.order_id, w.registry, w.subject_id, w.turn, w.entitled, w.refused,
       w.in_use, w.blocked, w.cancelled, w.kept, w.cancel_id, w.links, w.school_id,
       w.by_school
FROM unnest(%(entitlement_id)b::uuid[], %(order_id)b::uuid[], %(registry)b::text[],
            %(subject_id)b::uuid[], %(turn)b::integer[], %(entitled)b::boolean[],
            %(refused)b::boolean[], %(in_use)b::boolean[], %(blocked)b::boolean[],
            %(cancelled)b::boolean[], %(kept)b::boolean[], %(cancel_id)b::text[],
            %(links)b::jsonb[], %(school_id)b::uuid[], %(by_school)b::boolean[])
    AS w (entitlement_id, order_id, registry, subject_id, turn, entitled, refused, in_use, blocked,
          cancelled, kept, cancel_id, links, school_id, by_school)
ON CONFLICT (entitlement_id) DO UPDATE
SET entitled = excluded.entitled, refused = excluded.refused, in_use = excluded.in_use,
    blocked = excluded.blocked, cancelled = excluded.cancelled, kept = excluded.kept,
    cancel_id = excluded.cancel_id, links = excluded.links;

-- name: write_orders
-- What is counted of these orders now.
INSERT INTO policy.orders AS o
    (order_id, expected, asked, created, settled, delivered, in_use, cancelled, kept, cancel_id,
     cancel_end, first_used, portals)
SELECT w.order_id, w.expected, w.asked, w.created, w.settled, w.delivered, w.in_use, w.cancelled,
       w.kept, w.cancel_id, w.cancel_end, w.first_used, w.portals
FROM unnest(%(order_id)b::uuid[], %(expected)b::integer[], %(asked)b::integer[],
            %(created)b::integer[], %(settled)b::integer[], %(delivered)b::integer[],
            %(in_use)b::integer[], %(cancelled)b::integer[], %(kept)b::integer[],
            %(cancel_id)b::text[], %(cancel_end)b::date[], %(first_used)b::date[],
            %(portals)b::jsonb[])
    AS w (order_id, expected, asked, created, settled, delivered, in_use, cancelled, kept,
          cancel_id, cancel_end, first_used, portals)
ON CONFLICT (order_id) DO UPDATE
SET expected = excluded.expected, asked = excluded.asked, created = excluded.created,
    settled = excluded.settled, delivered = excluded.delivered, in_use = excluded.in_use,
    cancelled = excluded.cancelled, kept = excluded.kept, cancel_id = excluded.cancel_id,
    cancel_end = excluded.cancel_end, first_used = excluded.first_used;

-- name: in_use_of_order
-- How many count against the quantity of an order: who ever activated, and who activated what a school
-- distributes itself.
SELECT greatest(o.in_use, coalesce(p.used, 0))
FROM policy.orders o LEFT JOIN policy.pool_orders p ON p.order_id = o.order_id
WHERE o.order_id = %(order_id)s;

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

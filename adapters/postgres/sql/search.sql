-- name: orders
-- Orders whose number lies between two ids.
SELECT o.delivery_order_id::text AS id, coalesce(p.title, o.product_id, '') AS title,
       coalesce(vault.school_title(o.school_id), '') AS detail,
       CASE WHEN o.status IS NULL THEN 'refused' WHEN o.held THEN 'held'
            WHEN o.cancelling THEN 'cancelling' ELSE o.status END AS status,
       coalesce(o.received_at, o.refused_at) AS at, NULL::bigint AS number
FROM view.delivery_order_status o
LEFT JOIN view.products p ON p.product_id = o.product_id
WHERE o.delivery_order_id BETWEEN %(first)s AND %(last)s
ORDER BY o.delivery_order_id LIMIT %(limit)s;

-- name: orders_of_reference
-- The orders that a reference id of a shop is of.
SELECT o.delivery_order_id::text AS id, coalesce(p.title, o.product_id, '') AS title,
       coalesce(vault.school_title(o.school_id), '') AS detail,
       CASE WHEN o.status IS NULL THEN 'refused' WHEN o.held THEN 'held'
            WHEN o.cancelling THEN 'cancelling' ELSE o.status END AS status,
       coalesce(o.received_at, o.refused_at) AS at, NULL::bigint AS number
FROM view.order_requests r
CROSS JOIN LATERAL (
    SELECT * FROM view.delivery_order_status d WHERE d.order_id = r.order_id OFFSET 0
) o
LEFT JOIN view.products p ON p.product_id = o.product_id
WHERE r.reference_id = %(text)s AND o.delivery_order_id IS NOT NULL
ORDER BY o.delivery_order_id LIMIT %(limit)s;

-- name: orders_of_receipt
-- The order that a confirmation to its shop was about; its id begins as the order's stream does.
SELECT o.delivery_order_id::text AS id, coalesce(p.title, o.product_id, '') AS title,
       coalesce(vault.school_title(o.school_id), '') AS detail,
       CASE WHEN o.status IS NULL THEN 'refused' WHEN o.held THEN 'held'
            WHEN o.cancelling THEN 'cancelling' ELSE o.status END AS status,
       coalesce(o.received_at, o.refused_at) AS at, NULL::bigint AS number
FROM view.delivery_order_status o
LEFT JOIN view.products p ON p.product_id = o.product_id
WHERE o.order_id = ANY (%(streams)s)
ORDER BY o.delivery_order_id LIMIT %(limit)s;

-- name: entitlements
-- Entitlements whose id lies between two.
SELECT e.entitlement_id::text AS id, coalesce(p.title, e.product_id) AS title,
       coalesce(vault.school_title(e.school_id), '') AS detail, e.status,
       e.date_created AS at, NULL::bigint AS number
FROM view.entitlement_details e
LEFT JOIN view.products p ON p.product_id = e.product_id
WHERE e.entitlement_id BETWEEN %(first)s AND %(last)s
ORDER BY e.entitlement_id LIMIT %(limit)s;

-- name: entitlements_of
-- These entitlements.
SELECT e.entitlement_id::text AS id, coalesce(p.title, e.product_id) AS title,
       coalesce(vault.school_title(e.school_id), '') AS detail, e.status,
       e.date_created AS at, NULL::bigint AS number
FROM unnest(%(streams)s::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlement_details d WHERE d.entitlement_id = asked.id OFFSET 0
) e
LEFT JOIN view.products p ON p.product_id = e.product_id
ORDER BY e.entitlement_id LIMIT %(limit)s;

-- name: asked_with
-- The streams with a message of this reference id. It begins as its order does: one range of the log.
SELECT DISTINCT e.originator_id, e.topic FROM log.stored_events e
WHERE e.originator_id BETWEEN %(first)s AND %(last)s
    AND e.topic = ANY (%(topics)s)
    AND position(%(needle)s::bytea IN e.state) > 0
LIMIT 2;

-- name: persons
-- What these persons have, and at which schools.
SELECT s.subject_id::text AS id, '' AS title,
       coalesce(string_agg(DISTINCT vault.school_title(d.school_id), ', '), '') AS detail,
       NULL::text AS status, max(d.date_created) AS at, count(d.entitlement_id) AS number
FROM unnest(%(subjects)s::uuid[]) AS s (subject_id)
LEFT JOIN LATERAL (
    SELECT v.entitlement_id, v.school_id, v.date_created
    FROM policy.entitlements e
    CROSS JOIN LATERAL (
        SELECT * FROM view.entitlement_details w WHERE w.entitlement_id = e.entitlement_id OFFSET 0
    ) v
    WHERE e.subject_id = s.subject_id
    LIMIT 1000
) d ON true
GROUP BY s.subject_id
ORDER BY s.subject_id LIMIT %(limit)s;

-- name: entitlements_of_persons
-- What these persons have, the newest first.
SELECT v.entitlement_id::text AS id, coalesce(p.title, v.product_id) AS title,
       coalesce(vault.school_title(v.school_id), '') AS detail, v.status,
       v.date_created AS at, NULL::bigint AS number
FROM policy.entitlements e
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlement_details w WHERE w.entitlement_id = e.entitlement_id OFFSET 0
) v
LEFT JOIN view.products p ON p.product_id = v.product_id
WHERE e.subject_id = ANY (%(subjects)s)
ORDER BY v.date_created DESC, v.entitlement_id LIMIT %(limit)s;

-- name: products
-- By number, or by words of the title, whatever their order.
SELECT p.product_id AS id, p.title, p.registry AS detail, p.status, NULL::timestamptz AS at,
       NULL::bigint AS number
FROM view.products p
WHERE p.product_id LIKE %(prefix)s OR p.title ILIKE ALL (%(words)s)
ORDER BY p.product_id = %(text)s DESC, p.title, p.product_id LIMIT %(limit)s;

-- name: schools
-- By any identifier that it is known by, or a part of one, or by words of its name, whatever their order;
-- with how many orders it has.
SELECT f.school_id::text AS id, vault.school_title(f.school_id) AS title,
       coalesce(f.known_as, '') AS detail, NULL::text AS status, NULL::timestamptz AS at,
       (SELECT count(*) FROM view.delivery_order_status o WHERE o.school_id = f.school_id) AS number
FROM (
    SELECT a.school_id, bool_or(lower(a.alias_value) = lower(%(text)s)) AS exact,
           string_agg(a.alias_type || ' ' || a.alias_value, ', ' ORDER BY a.alias_type)
               FILTER (WHERE a.alias_type <> 'organisationMasterIdentifier') AS known_as,
           min(a.alias_value) AS first_alias
    FROM vault.school_aliases a
    WHERE a.alias_value ILIKE %(part)s OR a.school_id IN (
        SELECT n.school_id FROM vault.school_names n WHERE n.name ILIKE ALL (%(words)s))
    GROUP BY a.school_id
    ORDER BY exact DESC, first_alias LIMIT %(limit)s
) f
ORDER BY f.exact DESC, f.first_alias;

-- name: contracts
-- Contracts that begin so, each once: from one to the next, however many orders each has.
WITH RECURSIVE found AS (
    (SELECT o.contract_id FROM view.delivery_order_status o
     WHERE o.contract_id LIKE %(prefix)s
     ORDER BY o.contract_id USING ~<~ LIMIT 1)
    UNION ALL
    SELECT (SELECT o.contract_id FROM view.delivery_order_status o
            WHERE o.contract_id LIKE %(prefix)s AND o.contract_id ~>~ f.contract_id
            ORDER BY o.contract_id USING ~<~ LIMIT 1)
    FROM found f WHERE f.contract_id IS NOT NULL
)
SELECT f.contract_id AS id, f.contract_id AS title, '' AS detail, NULL::text AS status,
       NULL::timestamptz AS at, NULL::bigint AS number
FROM found f WHERE f.contract_id IS NOT NULL LIMIT %(limit)s;

-- name: partners
SELECT p.partner AS id, p.title, p.role AS detail, NULL::text AS status, NULL::timestamptz AS at,
       NULL::bigint AS number
FROM view.partners p
WHERE p.partner ILIKE %(part)s OR p.title ILIKE %(part)s
ORDER BY p.partner = %(text)s DESC, p.partner LIMIT %(limit)s;

-- name: incidents
SELECT i.incident_id::text AS id, i.kind AS title, i.party AS detail,
       CASE WHEN i.closed_at IS NULL THEN 'open' ELSE 'closed' END AS status, i.opened_at AS at,
       NULL::bigint AS number
FROM view.incidents i WHERE i.incident_id BETWEEN %(first)s AND %(last)s LIMIT %(limit)s;

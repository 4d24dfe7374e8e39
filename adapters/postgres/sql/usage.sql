-- name: put
-- What a registry said, as far as it is about an entitlement of its own; an older answer never wins.
INSERT INTO usage.entitlements AS u
    (entitlement_id, product_id, order_id, registry, status, first_used, last_used, frequency,
     expiration_date, as_of)
SELECT given.entitlement_id, coalesce(given.product_id, d.product_id), d.order_id, d.registry, given.status,
       given.first_used, given.last_used, given.frequency, given.expiration_date, %(as_of)s
FROM unnest(%(entitlement_id)s::uuid[], %(product_id)s::text[], %(status)s::text[], %(first_used)s::date[],
            %(last_used)s::date[], %(frequency)s::integer[], %(expiration_date)s::date[])
    AS given (entitlement_id, product_id, status, first_used, last_used, frequency, expiration_date)
CROSS JOIN LATERAL (
    SELECT v.order_id, v.registry, v.product_id FROM view.entitlement_details v
    WHERE v.entitlement_id = given.entitlement_id OFFSET 0
) d
WHERE d.registry = %(registry)s
ORDER BY given.entitlement_id
ON CONFLICT (entitlement_id, product_id) DO UPDATE SET
    status = excluded.status, first_used = excluded.first_used, last_used = excluded.last_used,
    frequency = excluded.frequency, expiration_date = excluded.expiration_date, as_of = excluded.as_of
WHERE u.as_of <= excluded.as_of;

-- name: forget_older_of_entitlement
DELETE FROM usage.entitlements
WHERE entitlement_id = %(id)s::uuid AND registry = %(registry)s AND as_of < %(as_of)s;

-- name: forget_older_of_order
DELETE FROM usage.entitlements u USING view.delivery_order_status o
WHERE o.delivery_order_id = %(id)s::uuid AND o.order_id = %(order_id)s AND u.order_id = o.order_id
    AND u.registry = %(registry)s AND u.as_of < %(as_of)s;

-- name: forget_older_of_contract
DELETE FROM usage.entitlements u USING view.delivery_order_status o
WHERE o.contract_id = %(id)s AND u.order_id = o.order_id
    AND u.registry = %(registry)s AND u.as_of < %(as_of)s;

-- name: answered
INSERT INTO usage.reads (kind, id, registry, as_of, known, attempted_at)
VALUES (%(kind)s, %(id)s, %(registry)s, %(as_of)s, %(known)s, %(as_of)s)
ON CONFLICT (kind, id, registry) DO UPDATE SET
    as_of = excluded.as_of, known = excluded.known, attempted_at = excluded.attempted_at, error = NULL;

-- name: failed
INSERT INTO usage.reads (kind, id, registry, attempted_at, error)
VALUES (%(kind)s, %(id)s, %(registry)s, %(at)s, %(error)s)
ON CONFLICT (kind, id, registry) DO UPDATE SET
    attempted_at = excluded.attempted_at, error = excluded.error;

-- name: read
SELECT r.registry, r.as_of, r.known, r.attempted_at, r.error FROM usage.reads r
WHERE r.kind = %(kind)s AND r.id = %(id)s AND r.registry = %(registry)s;

-- name: registries_of_contract
-- Whose products a viewer may see were ordered under a contract.
SELECT DISTINCT o.registry FROM view.delivery_order_status o
WHERE o.contract_id = %(contract_id)s AND o.status IS NOT NULL AND o.registry IS NOT NULL
    AND CASE %(role)s
        WHEN 'shop' THEN o.shop = %(partner)s
        WHEN 'registry' THEN o.registry = %(partner)s
        ELSE %(role)s = 'operator' END
ORDER BY o.registry;

-- name: uses_of_entitlement
SELECT u.order_id, u.entitlement_id, u.product_id, u.status, u.first_used, u.last_used, u.frequency,
       u.expiration_date, u.as_of
FROM usage.entitlements u
WHERE u.entitlement_id = %(id)s AND u.product_id > %(product_id)s
ORDER BY u.product_id LIMIT %(limit)s;

-- name: uses_of_order
SELECT u.order_id, u.entitlement_id, u.product_id, u.status, u.first_used, u.last_used, u.frequency,
       u.expiration_date, u.as_of
FROM usage.entitlements u
WHERE u.order_id = %(id)s AND (u.entitlement_id, u.product_id) > (%(entitlement_id)s, %(product_id)s)
ORDER BY u.entitlement_id, u.product_id LIMIT %(limit)s;

-- name: uses_of_contract
SELECT u.order_id, u.entitlement_id, u.product_id, u.status, u.first_used, u.last_used, u.frequency,
       u.expiration_date, u.as_of
FROM view.delivery_order_status o
JOIN usage.entitlements u ON u.order_id = o.order_id
WHERE o.contract_id = %(id)s AND o.status IS NOT NULL
    AND CASE %(role)s
        WHEN 'shop' THEN o.shop = %(partner)s
        WHEN 'registry' THEN o.registry = %(partner)s
        ELSE %(role)s = 'operator' END
    AND (u.order_id, u.entitlement_id, u.product_id) > (%(order_id)s, %(entitlement_id)s, %(product_id)s)
ORDER BY u.order_id, u.entitlement_id, u.product_id LIMIT %(limit)s;

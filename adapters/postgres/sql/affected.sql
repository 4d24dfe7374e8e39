-- name: orders_of_product
-- The orders of a product, by id.
SELECT o.order_id FROM view.delivery_order_status o
WHERE o.product_id = %(product_id)s AND o.order_id > %(after)s AND o.status IS NOT NULL
ORDER BY o.order_id
LIMIT %(limit)s;

-- name: entitlements_of_order
-- The entitlements of an order and how they stand: a range of the primary key.
SELECT d.entitlement_id, d.status, d.under_way FROM view.entitlement_details d
WHERE d.entitlement_id > %(after)s AND d.entitlement_id <= %(last)s AND d.order_id = %(order_id)s
ORDER BY d.entitlement_id
LIMIT %(limit)s;

-- name: entitlements_at_school
-- The entitlements at a school, of everybody or of one person, and how they stand.
SELECT s.entitlement_id, d.status, d.under_way, s.subject_id
FROM (
    SELECT s.entitlement_id, s.subject_id FROM view.entitlements_by_school s
    WHERE s.school_id = %(school_id)s
        AND (%(subject_id)s::uuid IS NULL OR s.subject_id = %(subject_id)s)
        AND (s.subject_id, s.entitlement_id) > (%(after_subject)s, %(after)s)
    ORDER BY s.subject_id, s.entitlement_id
    LIMIT %(limit)s
) s
CROSS JOIN LATERAL (
    SELECT e.status, e.under_way FROM view.entitlement_details e
    WHERE e.entitlement_id = s.entitlement_id
    OFFSET 0
) d
ORDER BY s.subject_id, s.entitlement_id;

-- name: entitlement
-- One entitlement and how it stands.
SELECT d.entitlement_id, d.status, d.under_way FROM view.entitlement_details d
WHERE d.entitlement_id = %(entitlement_id)s;

-- name: order_known
SELECT 1 FROM view.delivery_order_status o WHERE o.order_id = %(order_id)s;

-- name: product_known
SELECT 1 FROM view.products p WHERE p.product_id = %(product_id)s;

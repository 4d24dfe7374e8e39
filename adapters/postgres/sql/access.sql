-- name: products_with
-- A product, and the sets that it is part of.
SELECT p.product_id FROM view.products p
WHERE p.product_id = %(product_id)s OR %(product_id)s = ANY (p.bundled_products)
    OR %(product_id)s = ANY (p.info_bundled_products);

-- name: entitlements_of_subject
-- What a person has of these products: at this school, or by an order of their own.
SELECT e.entitlement_id, d.order_id
FROM policy.entitlements e
CROSS JOIN LATERAL (
    SELECT v.order_id, v.product_id, v.school_id, v.start_date FROM view.entitlement_details v
    WHERE v.entitlement_id = e.entitlement_id OFFSET 0
) d
WHERE e.subject_id = %(subject_id)s AND d.product_id = ANY (%(products)s)
    AND (d.school_id IS NULL OR %(school_id)s::uuid IS NULL OR d.school_id = %(school_id)s)
ORDER BY d.start_date DESC, e.entitlement_id
LIMIT %(limit)s;

-- name: orders_of_school
-- The orders of a school for these products, the newest first.
SELECT {columns}
FROM unnest(%(products)s::text[]) AS asked (product_id)
CROSS JOIN LATERAL (
    SELECT * FROM view.delivery_order_status o
    WHERE o.school_id = %(school_id)s AND o.product_id = asked.product_id OFFSET 0
) v
ORDER BY v.received_at DESC NULLS LAST, v.order_id
LIMIT %(limit)s;

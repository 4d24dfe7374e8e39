-- name: entitlement
SELECT {columns} FROM view.entitlement_details v WHERE v.entitlement_id = %(entitlement_id)s;

-- name: order
SELECT {columns} FROM view.delivery_order_status v WHERE v.order_id = %(order_id)s;

-- name: order_of_request
SELECT {columns} FROM view.order_requests v
WHERE v.shop = %(shop)s AND v.reference_id = %(reference_id)s;

-- name: entitlements_of_order
-- The entitlements of an order lie together: a range of the primary key. Another order may begin with
-- the same six bytes, however unlikely. That the school consents to a portal or dashboard was asked before.
SELECT {columns} FROM view.entitlement_details v
WHERE v.entitlement_id > %(after)s AND v.entitlement_id <= %(last)s AND v.order_id = %(order_id)s
    AND CASE %(role)s
        WHEN 'shop' THEN v.shop = %(partner)s
        WHEN 'registry' THEN v.registry = %(partner)s
        WHEN 'portal' THEN %(partner)s = ANY (v.portals)
        ELSE %(role)s IN ('operator', 'dashboard') END
ORDER BY v.entitlement_id
LIMIT %(limit)s;

-- name: entitlements_of_school
-- Person by person; the page goes on after an entitlement.
SELECT {columns}
FROM (
    SELECT s.entitlement_id, s.subject_id
    FROM view.entitlements_by_school s
    WHERE s.school_id = %(school_id)s
        AND (s.subject_id, s.entitlement_id) > (
            coalesce((SELECT a.subject_id FROM view.entitlement_details a
                      WHERE a.entitlement_id = %(after)s), %(nobody)s::uuid),
            %(after)s)
        AND (%(status)s::text IS NULL OR s.status = %(status)s)
        AND (%(first)s::uuid IS NULL OR s.entitlement_id BETWEEN %(first)s AND %(last)s)
        AND (%(role)s IN ('operator', 'dashboard') OR (%(role)s = 'portal' AND %(partner)s = ANY (s.portals)))
    ORDER BY s.subject_id, s.entitlement_id
    LIMIT %(limit)s
) s
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlement_details d WHERE d.entitlement_id = s.entitlement_id OFFSET 0
) v
ORDER BY s.subject_id, s.entitlement_id;

-- name: entitlements_of_person
SELECT {columns}
FROM view.entitlements_by_school s
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlement_details d WHERE d.entitlement_id = s.entitlement_id OFFSET 0
) v
WHERE s.school_id = %(school_id)s AND s.subject_id = %(subject_id)s
    AND (%(status)s::text IS NULL OR s.status = %(status)s)
    AND (%(role)s IN ('operator', 'dashboard') OR (%(role)s = 'portal' AND %(partner)s = ANY (s.portals)))
ORDER BY s.entitlement_id;

-- name: products_of_persons
-- The hottest read: one look-up in one index for each person at a school.
SELECT {columns}
FROM unnest(%(schools)b::uuid[], %(subjects)b::uuid[]) AS asked (school_id, subject_id)
CROSS JOIN LATERAL (
    SELECT * FROM view.entitlements_by_school s
    WHERE s.school_id = asked.school_id AND s.subject_id = asked.subject_id
    OFFSET 0
) v
ORDER BY v.entitlement_id;

-- name: orders_of_contract
SELECT {columns} FROM view.delivery_order_status v
WHERE v.contract_id = %(contract_id)s AND v.order_id > %(after)s AND v.status IS NOT NULL
    AND CASE %(role)s
        WHEN 'shop' THEN v.shop = %(partner)s
        WHEN 'registry' THEN v.registry = %(partner)s
        ELSE %(role)s = 'operator' END
ORDER BY v.order_id
LIMIT %(limit)s;

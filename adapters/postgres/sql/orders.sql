-- name: orders
-- Orders by id, of a school, under a contract or for a product, as far as the viewer may see them; from
-- the live view or from a copy of it.
SELECT {columns} FROM {table} v
WHERE (%(school_id)s::uuid IS NULL OR v.school_id = %(school_id)s)
    AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
    AND (%(product_id)s::text IS NULL OR v.product_id = %(product_id)s)
    AND v.order_id > %(after)s AND v.delivery_order_id IS NOT NULL
    AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
ORDER BY v.order_id
LIMIT %(limit)s;

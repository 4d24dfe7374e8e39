-- name: orders_of_school
-- The newest first; a page goes on after an order.
SELECT {columns} FROM view.delivery_order_status v
WHERE v.school_id = %(school_id)s AND v.delivery_order_id IS NOT NULL
    AND (%(after)s::uuid IS NULL OR
        (coalesce(v.received_at, v.refused_at), v.order_id) < (
            SELECT coalesce(a.received_at, a.refused_at), a.order_id
            FROM view.delivery_order_status a WHERE a.order_id = %(after)s))
ORDER BY coalesce(v.received_at, v.refused_at) DESC, v.order_id DESC
LIMIT %(limit)s;

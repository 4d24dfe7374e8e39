-- name: counted_orders
-- The orders that are asked for and that the viewer may see, added up.
SELECT count(*), coalesce(sum(coalesce(v.total_quantity, v.users_count)), 0)::bigint,
       coalesce(sum(v.total_created + v.total_entitled + v.total_licensed + v.total_blocked),
                0)::bigint
FROM view.delivery_order_status v
WHERE v.status <> 'cancelled'
    AND (%(order_id)s::uuid IS NULL OR v.order_id = %(order_id)s)
    AND (%(product_id)s::text IS NULL OR v.product_id = %(product_id)s)
    AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
    AND (%(school_id)s::uuid IS NULL OR v.school_id = %(school_id)s)
    AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id);

-- name: counted_days
-- First use, day by day, of the orders that are asked for and that the viewer may see.
SELECT v.usage_date, sum(v.activated)::bigint
FROM view.activations_by_day v
WHERE (%(order_id)s::uuid IS NULL OR v.order_id = %(order_id)s)
    AND (%(product_id)s::text IS NULL OR v.product_id = %(product_id)s)
    AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
    AND (%(school_id)s::uuid IS NULL OR v.school_id = %(school_id)s)
    AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
GROUP BY v.usage_date
ORDER BY v.usage_date;

-- name: contract_lines
-- The accepted orders of a contract that could be used in a period, or were used in it first, page by
-- page; each with its days of first use added up.
WITH page AS (
    SELECT v.*
    FROM view.delivery_order_status v
    WHERE v.contract_id = %(contract_id)s AND v.order_id > %(after)s AND v.status IS NOT NULL
        AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
        AND ((v.start_date <= %(last)s AND v.activation_until_date >= %(first)s)
             OR EXISTS (
                SELECT FROM view.activations_by_day d
                WHERE d.order_id = v.order_id AND d.usage_date BETWEEN %(first)s AND %(last)s))
    ORDER BY v.order_id
    LIMIT %(limit)s
)
SELECT p.order_id, p.delivery_order_id, p.product_id, p.delivery_type, p.shop,
       vault.school_name(p.school_id), p.status,
       (p.received_at AT TIME ZONE 'Europe/Amsterdam')::date, p.start_date, p.activation_until_date,
       coalesce(p.total_quantity, p.users_count),
       CASE p.status WHEN 'cancelled' THEN coalesce(p.total_quantity, p.users_count) ELSE 0 END,
       p.total_created, p.total_entitled + p.total_licensed, p.total_blocked, p.total_cancelled,
       coalesce(used.activated, 0), coalesce(used.in_period, 0), coalesce(pool.over, 0),
       said.used, said.as_of
FROM page p
LEFT JOIN LATERAL (
    SELECT sum(d.activated)::bigint AS activated,
           (sum(d.activated) FILTER (WHERE d.usage_date BETWEEN %(first)s AND %(last)s))::bigint
               AS in_period
    FROM view.activations_by_day d
    WHERE d.order_id = p.order_id
) used ON true
LEFT JOIN LATERAL (
    -- Live open orders of one school, product and contract share what was bought, and without a
    -- quantity there is no end to it; the newest of them shows what is used beyond.
    SELECT greatest(sum(o.in_use) - sum(o.total_quantity), 0)::bigint AS over,
           (array_agg(o.order_id ORDER BY o.received_at DESC, o.order_id DESC))[1] AS newest
    FROM view.delivery_order_status o
    WHERE p.delivery_type = ANY (%(open_types)s)
        AND o.school_id = p.school_id AND o.product_id = p.product_id
        AND o.contract_id = p.contract_id AND o.status <> 'cancelled'
        AND o.delivery_type = ANY (%(open_types)s)
    HAVING bool_and(o.total_quantity IS NOT NULL)
) pool ON pool.newest = p.order_id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT u.entitlement_id) FILTER (WHERE u.first_used IS NOT NULL) AS used,
           min(u.as_of) AS as_of
    FROM usage.entitlements u
    WHERE u.order_id = p.order_id
    HAVING count(*) > 0
) said ON true
ORDER BY p.order_id;

-- name: forecasts
-- Forecasts page by page, with what was ordered for the period and used in it first. Under a contract:
-- those of schools and products that were ordered under it, and what was ordered under it. Partners see
-- forecasts only of what they have orders for.
SELECT f.school_id, f.product_id, f.period_from, f.period_until, f.expected, f.source, f.given_at,
       (SELECT array_agg(a.alias_type || ' ' || a.alias_value ORDER BY a.alias_type, a.alias_value)
        FROM vault.school_aliases a WHERE a.school_id = f.school_id),
       ordered.orders, ordered.quantity, used.activated
FROM view.forecasts f
CROSS JOIN LATERAL (
    SELECT count(*) AS known,
           count(*) FILTER (WHERE v.start_date BETWEEN f.period_from AND f.period_until
                            AND v.status <> 'cancelled') AS orders,
           coalesce(sum(coalesce(v.total_quantity, v.users_count))
                    FILTER (WHERE v.start_date BETWEEN f.period_from AND f.period_until
                            AND v.status <> 'cancelled'), 0)::bigint AS quantity
    FROM view.delivery_order_status v
    WHERE v.school_id = f.school_id AND v.product_id = f.product_id AND v.status IS NOT NULL
        AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
        AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
) ordered
CROSS JOIN LATERAL (
    SELECT coalesce(sum(v.activated), 0)::bigint AS activated
    FROM view.activations_by_day v
    WHERE v.school_id = f.school_id AND v.product_id = f.product_id
        AND v.usage_date BETWEEN f.period_from AND f.period_until
        AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
        AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
) used
WHERE (f.school_id, f.product_id, f.period_from, f.period_until)
        > (%(after_school)s, %(after_product)s, %(after_from)s, %(after_until)s)
    AND (%(school_id)s::uuid IS NULL OR f.school_id = %(school_id)s)
    AND (%(product_id)s::text IS NULL OR f.product_id = %(product_id)s)
    AND (ordered.known > 0 OR (%(role)s = 'operator' AND %(contract_id)s::text IS NULL))
ORDER BY f.school_id, f.product_id, f.period_from, f.period_until
LIMIT %(limit)s;

-- name: held_orders
-- Orders that wait for their release, the longest wait first.
SELECT v.delivery_order_id, v.shop, v.contract_id, v.product_id, v.delivery_type,
       vault.school_name(v.school_id),
       coalesce(v.total_quantity, v.users_count), v.start_date, v.received_at
FROM view.delivery_order_status v
WHERE v.held AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
ORDER BY v.received_at, v.order_id
LIMIT %(limit)s;

-- name: orders_of_school
-- The orders of a school that a reader may see, the newest first.
SELECT {columns} FROM view.delivery_order_status v
WHERE v.school_id = %(school_id)s
    AND view.may_see(%(role)s, %(partner)s, v.shop, v.registry, v.portals, v.school_id)
ORDER BY v.received_at DESC, v.order_id
LIMIT %(limit)s;

-- name: titles
-- What the catalogue calls these products.
SELECT p.product_id, p.title FROM view.products p WHERE p.product_id = ANY (%(products)s);

-- name: waiting_of_orders
-- Whom each of these orders waits for, without what was tried. Their exchanges are one range each.
SELECT asked.order_id, x.partner, x.kind, x.refresh, x.messages, x.taken, x.given_up, 0, x.since,
       0, NULL, NULL, NULL, f.unreachable_since, f.paused_at, p.overdue_seconds
FROM unnest(%(orders)s::uuid[], %(firsts)s::uuid[], %(lasts)s::uuid[])
    AS asked (order_id, first_id, last_id)
CROSS JOIN LATERAL (
    SELECT o.partner, o.kind, o.refresh, count(*) AS messages, count(o.taken_at) AS taken,
           count(*) FILTER (WHERE o.given_up) AS given_up,
           min(coalesce(o.taken_at, o.asked_at)) AS since
    FROM view.open_exchanges o
    WHERE o.stream_id BETWEEN asked.first_id AND asked.last_id AND o.order_id = asked.order_id
    GROUP BY o.partner, o.kind, o.refresh
    OFFSET 0
) x
LEFT JOIN view.partners p ON p.partner = x.partner
LEFT JOIN channel.flows f ON f.partner = x.partner
ORDER BY asked.order_id, x.since, x.partner;

-- name: waiting_on_roster
-- Which of these open orders wait for the roster of their school.
SELECT o.order_id, o.school_id, o.received_at, o.start_date
FROM policy.pool_orders o
WHERE o.order_id = ANY (%(orders)s) AND o.state = 'live' AND o.resolved = 0
    AND NOT EXISTS (
        SELECT FROM policy.pool_orders p
        WHERE p.school_id = o.school_id AND p.product_id = o.product_id
            AND p.contract_id = o.contract_id AND p.order_id <> o.order_id
            AND p.state = 'live' AND p.resolved > 0
            AND ((p.delivery_type = o.delivery_type AND p.selection @> o.selection)
                 OR (p.delivery_type = 'school-all' AND o.delivery_type <> 'school-admin')));

-- name: overdue
-- The orders that somebody has had too long, the longest first. What a code has no link for is never
-- overdue. An order waits for a roster from its first day on.
WITH late AS (
    SELECT x.order_id, p.partner, x.kind, x.messages, x.since
    FROM view.partners p
    CROSS JOIN LATERAL (
        SELECT o.order_id, o.kind, count(*) AS messages,
               min(coalesce(o.taken_at, o.asked_at)) AS since
        FROM view.open_exchanges o
        WHERE o.partner = p.partner AND NOT o.refresh AND o.kind <> 'confirmation'
            AND o.asked_at < %(now)s
                - make_interval(secs => coalesce(p.overdue_seconds, %(seconds)s)::double precision)
            AND coalesce(o.taken_at, o.asked_at) < %(now)s
                - make_interval(secs => coalesce(p.overdue_seconds, %(seconds)s)::double precision)
        GROUP BY o.order_id, o.kind
        OFFSET 0
    ) x
    WHERE %(role)s IN ('operator', 'shop') OR p.partner = %(partner)s
    UNION ALL
    SELECT o.order_id, 'roster', 'roster', 0, o.received_at
    FROM policy.pool_orders o
    WHERE o.state = 'live' AND o.resolved = 0 AND o.activation_until_date >= %(today)s
        AND o.start_date <= %(today)s AND %(role)s IN ('operator', 'shop')
        AND NOT EXISTS (
            SELECT FROM policy.pool_orders p
            WHERE p.school_id = o.school_id AND p.product_id = o.product_id
                AND p.contract_id = o.contract_id AND p.order_id <> o.order_id
                AND p.state = 'live' AND p.resolved > 0
                AND ((p.delivery_type = o.delivery_type AND p.selection @> o.selection)
                     OR (p.delivery_type = 'school-all' AND o.delivery_type <> 'school-admin')))
), orders AS (
    SELECT d.delivery_order_id, d.product_id, d.school_id, d.contract_id, d.shop, d.registry,
           min(l.since) AS since, array_agg(l.partner ORDER BY l.since, l.partner) AS partners,
           array_agg(l.kind ORDER BY l.since, l.partner) AS kinds,
           array_agg(l.messages ORDER BY l.since, l.partner) AS messages,
           array_agg(l.since ORDER BY l.since, l.partner) AS since_of_each
    FROM late l
    CROSS JOIN LATERAL (
        SELECT * FROM view.delivery_order_status s WHERE s.order_id = l.order_id OFFSET 0
    ) d
    WHERE d.status <> 'cancelled' AND NOT d.held
        AND NOT (l.kind = 'link' AND d.delivery_type LIKE '%%activationco%%')
        AND view.may_see(%(role)s, %(partner)s, d.shop, d.registry, d.portals, d.school_id)
    GROUP BY d.order_id, d.delivery_order_id, d.product_id, d.school_id, d.contract_id, d.shop,
             d.registry
), page AS (
    SELECT o.delivery_order_id, o.product_id, o.school_id, o.contract_id, o.shop, o.registry,
           o.since, o.partners, o.kinds, o.messages, o.since_of_each, count(*) OVER () AS total
    FROM orders o
    ORDER BY o.since, o.delivery_order_id
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT g.delivery_order_id, g.product_id, p.title, vault.school_name(g.school_id), g.contract_id,
       g.shop, g.since, g.partners, g.kinds, g.messages, g.since_of_each, g.total
FROM page g
LEFT JOIN view.products p ON p.product_id = g.product_id
ORDER BY g.since, g.delivery_order_id;

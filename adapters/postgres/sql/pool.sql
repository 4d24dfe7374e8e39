-- name: receive_order
-- An open order was received.
INSERT INTO policy.pool_orders
    (order_id, delivery_order_id, position, received_at, school_id, product_id, contract_id, delivery_type, selection,
     start_date, activation_until_date, total_quantity, on_full, state)
VALUES (%(order_id)s, %(delivery_order_id)s, %(position)s, %(received_at)s, %(school_id)s, %(product_id)s,
        %(contract_id)s, %(delivery_type)s, %(selection)s, %(start_date)s,
        %(activation_until_date)s, %(total_quantity)s, %(on_full)s, %(state)s)
ON CONFLICT (order_id) DO NOTHING;

-- name: pools_of_orders
-- The pools that these orders are of.
SELECT o.school_id, o.product_id, o.contract_id, w.nth
FROM unnest(%(ids)b::uuid[]) WITH ORDINALITY AS w (id, nth)
CROSS JOIN LATERAL (
    SELECT p.school_id, p.product_id, p.contract_id FROM policy.pool_orders p WHERE p.order_id = w.id
) AS o
ORDER BY w.nth;

-- name: pools_of_school
-- The pools of a school.
SELECT DISTINCT school_id, product_id, contract_id
FROM policy.pool_orders
WHERE school_id = %(school_id)s AND state = 'live';

-- name: set_state
-- An order is now in this state, if it was in one of those.
UPDATE policy.pool_orders
SET state = %(state)s
WHERE order_id = %(order_id)s AND state = ANY (%(were)s);

-- name: lower_quantity
-- The school needs fewer.
UPDATE policy.pool_orders SET total_quantity = %(total_quantity)s WHERE order_id = %(order_id)s;

-- name: move_resolution
-- The resolution of an order is in here up to this version; no row when it was already.
UPDATE policy.pool_orders
SET resolution_version = %(version)s,
    resolved = resolved + %(joined)s,
    held_back = coalesce(%(held_back)s, held_back),
    held_of = coalesce(%(held_of)s, held_of)
WHERE order_id = %(order_id)s AND resolution_version < %(version)s
RETURNING order_id;

-- name: join
-- These users were given an entitlement.
INSERT INTO policy.pool_members (order_id, subject_id, turn, entitlement_id)
SELECT w.order_id, w.subject_id, w.turn, w.entitlement_id
FROM unnest(%(order_id)b::uuid[], %(subject_id)b::uuid[], %(turn)b::integer[],
            %(entitlement_id)b::uuid[])
    AS w (order_id, subject_id, turn, entitlement_id)
ON CONFLICT (order_id, subject_id, turn) DO NOTHING;

-- name: join_created
-- The same, of those that are of an open order.
INSERT INTO policy.pool_members (order_id, subject_id, turn, entitlement_id)
SELECT w.order_id, w.subject_id, w.turn, w.entitlement_id
FROM unnest(%(order_id)b::uuid[], %(subject_id)b::uuid[], %(turn)b::integer[],
            %(entitlement_id)b::uuid[])
    AS w (order_id, subject_id, turn, entitlement_id)
CROSS JOIN LATERAL (
    SELECT p.order_id FROM policy.pool_orders p WHERE p.order_id = w.order_id
) AS o
ON CONFLICT (order_id, subject_id, turn) DO NOTHING;

-- name: set_members
-- These entitlements are now in this state, if they were in one of those; the orders they are of.
UPDATE policy.pool_members AS m
SET state = %(state)s, cause = w.cause
FROM unnest(%(entitlement_id)b::uuid[], %(cause)b::text[]) AS w (entitlement_id, cause)
WHERE m.entitlement_id = w.entitlement_id AND m.state = ANY (%(were)s)
RETURNING m.order_id, m.cause;

-- name: members_in_state
-- Those of these entitlements that are in a state.
SELECT m.entitlement_id
FROM unnest(%(entitlement_id)b::uuid[]) AS w (entitlement_id)
CROSS JOIN LATERAL (
    SELECT p.entitlement_id FROM policy.pool_members p
    WHERE p.entitlement_id = w.entitlement_id AND p.state = %(state)s
) AS m;

-- name: use
-- These entitlements were activated; per order how many for the first time.
WITH used AS (
    UPDATE policy.pool_members AS m
    SET in_use = true
    FROM unnest(%(entitlement_id)b::uuid[]) AS w (entitlement_id)
    WHERE m.entitlement_id = w.entitlement_id AND NOT m.in_use
    RETURNING m.order_id
)
SELECT u.order_id, count(*)::integer
FROM used u
CROSS JOIN LATERAL (
    SELECT 1 FROM policy.pool_orders p
    WHERE p.order_id = u.order_id AND p.delivery_type <> 'school-admin'
) AS o
GROUP BY u.order_id;

-- name: use_by_others
-- Of what a school distributes itself, everybody who activated it counts once.
WITH wanted AS (
    SELECT DISTINCT o.order_id, w.entitlement_id, w.subject_id
    FROM unnest(%(entitlement_id)b::uuid[], %(subject_id)b::uuid[])
        AS w (entitlement_id, subject_id)
    CROSS JOIN LATERAL (
        SELECT m.order_id FROM policy.pool_members m
        JOIN policy.pool_orders p ON p.order_id = m.order_id AND p.delivery_type = 'school-admin'
        WHERE m.entitlement_id = w.entitlement_id
    ) AS o
), used AS (
    INSERT INTO policy.pool_uses (entitlement_id, subject_id)
    SELECT entitlement_id, subject_id FROM wanted
    ON CONFLICT (entitlement_id, subject_id) DO NOTHING
    RETURNING entitlement_id, subject_id
)
SELECT order_id, count(*)::integer FROM wanted JOIN used USING (entitlement_id, subject_id)
GROUP BY order_id;

-- name: count_uses
-- So many more count against the quantities of these orders; those that are full now, and not before
-- or withdrawing what is left.
WITH counted AS (
    UPDATE policy.pool_orders AS o
    SET used = o.used + w.times
    FROM unnest(%(order_id)b::uuid[], %(times)b::integer[]) AS w (order_id, times)
    WHERE o.order_id = w.order_id
    RETURNING o.order_id, o.used, o.total_quantity, o.on_full, w.times
)
SELECT order_id FROM counted
WHERE used >= total_quantity AND (used - times < total_quantity OR on_full = 'withdraw');

-- name: read_pool
-- The orders of a pool that are followed, oldest first.
SELECT order_id, delivery_type, selection, start_date, activation_until_date, total_quantity,
       on_full, state, used, held_back
FROM policy.pool_orders
WHERE school_id = %(school_id)s AND product_id = %(product_id)s AND contract_id = %(contract_id)s
  AND state IN ('live', 'cancelling')
ORDER BY position;

-- name: read_members
-- Whom these orders gave an entitlement, every turn.
SELECT m.order_id, m.subject_id, m.turn, m.state, m.cause, m.in_use
FROM unnest(%(ids)b::uuid[]) AS w (id)
CROSS JOIN LATERAL (
    SELECT p.order_id, p.subject_id, p.turn, p.state, p.cause, p.in_use
    FROM policy.pool_members p
    WHERE p.order_id = w.id
) AS m;

-- name: order_state
-- How an open order stands.
SELECT state FROM policy.pool_orders WHERE order_id = %(order_id)s;

-- name: past_their_period
-- The open orders that are followed and should not be any more.
SELECT order_id
FROM policy.pool_orders
WHERE state IN ('held', 'live', 'cancelling') AND activation_until_date < %(today)s
ORDER BY activation_until_date, order_id
LIMIT %(limit)s;

-- name: waiting_since_their_start
-- The open orders that may be activated by now, nobody was found for, and nobody was told of. One
-- whose users all have it by another order of the pool waits for nobody.
SELECT o.order_id
FROM policy.pool_orders o
WHERE o.state = 'live' AND o.resolved = 0 AND o.start_date <= %(today)s
  AND o.activation_until_date >= %(today)s
  AND NOT EXISTS (SELECT 1 FROM policy.incident_items i
                  WHERE i.stream_id = o.order_id AND i.kind = %(kind)s)
  AND NOT EXISTS (
      SELECT 1 FROM policy.pool_orders p
      WHERE p.school_id = o.school_id AND p.product_id = o.product_id
        AND p.contract_id = o.contract_id AND p.order_id <> o.order_id
        AND p.state = 'live' AND p.resolved > 0
        AND ((p.delivery_type = o.delivery_type AND p.selection @> o.selection)
             OR (p.delivery_type = 'school-all' AND o.delivery_type <> 'school-admin')))
ORDER BY o.position
LIMIT %(limit)s;

-- name: read_order
-- An open order, and the activations and quantities of its pool, oldest first. `covered`: who it is
-- for has it by another order of the pool, one for the same or for the whole school.
SELECT o.state, o.school_id, o.start_date, o.received_at, o.resolved, o.held_back, o.total_quantity,
       bool_or(p.order_id <> o.order_id AND p.state = 'live' AND p.resolved > 0
               AND ((p.delivery_type = o.delivery_type AND p.selection @> o.selection)
                    OR (p.delivery_type = 'school-all' AND o.delivery_type <> 'school-admin'))),
       array_agg(p.order_id ORDER BY p.position),
       array_agg(p.used ORDER BY p.position),
       array_agg(p.total_quantity ORDER BY p.position)
FROM policy.pool_orders o
JOIN policy.pool_orders p
  ON p.school_id = o.school_id AND p.product_id = o.product_id AND p.contract_id = o.contract_id
 AND (p.order_id = o.order_id OR p.state IN ('live', 'cancelling'))
WHERE o.order_id = %(order_id)s
GROUP BY o.order_id;

-- name: held_back
-- The orders whose leavers wait for an operator.
SELECT o.delivery_order_id, o.school_id, o.product_id, o.held_back, o.held_of,
       o.activation_until_date
FROM policy.pool_orders o
WHERE o.held_back > 0 AND o.state = 'live'
ORDER BY o.position;

-- name: hold
-- These entitlements name a code each.
INSERT INTO policy.code_holdings (subject_id, entitlement_id, order_id, until, in_use, position)
SELECT w.subject_id, w.entitlement_id, w.order_id, w.until, false, w.position
FROM unnest(%(subject_id)b::uuid[], %(entitlement_id)b::uuid[], %(order_id)b::uuid[],
            %(until)b::date[], %(position)b::bigint[])
    AS w (subject_id, entitlement_id, order_id, until, position)
ON CONFLICT (subject_id, entitlement_id) DO NOTHING;

-- name: held_before
-- Those of these entitlements whose code was in a live entitlement of another order already.
SELECT DISTINCT w.nth
FROM unnest(%(subject_id)b::uuid[], %(order_id)b::uuid[], %(today)b::date[], %(position)b::bigint[])
    WITH ORDINALITY AS w (subject_id, order_id, today, position, nth)
CROSS JOIN LATERAL (
    SELECT h.order_id FROM policy.code_holdings h
    WHERE h.subject_id = w.subject_id AND h.order_id <> w.order_id AND h.position < w.position
        AND (h.in_use OR h.until >= w.today)
) AS before
ORDER BY w.nth;

-- name: used
-- These entitlements were used: their codes are, for good.
UPDATE policy.code_holdings h SET in_use = true
FROM unnest(%(ids)b::uuid[]) AS w (id)
WHERE h.entitlement_id = w.id AND NOT h.in_use;

-- name: let_go
-- These entitlements were cancelled.
DELETE FROM policy.code_holdings h USING unnest(%(ids)b::uuid[]) AS w (id)
WHERE h.entitlement_id = w.id AND NOT h.in_use;

-- name: came
-- A registry gave these codes for this stock.
INSERT INTO policy.codes (subject_id, stock_id, revoked)
SELECT w.subject_id, w.stock_id, false
FROM unnest(%(subject_id)b::uuid[], %(stock_id)b::uuid[]) AS w (subject_id, stock_id)
ON CONFLICT (subject_id) DO NOTHING;

-- name: revoked
-- These codes are to be revoked: they are of no use any more, whoever gave them.
INSERT INTO policy.codes AS c (subject_id, stock_id, revoked)
SELECT w.subject_id, w.stock_id, true
FROM unnest(%(subject_id)b::uuid[], %(stock_id)b::uuid[]) AS w (subject_id, stock_id)
ON CONFLICT (subject_id) DO UPDATE SET revoked = true;

-- name: stocks_of
-- From which stock these codes came, of those that came from one.
SELECT c.subject_id, c.stock_id
FROM unnest(%(ids)b::uuid[]) AS w (id)
CROSS JOIN LATERAL (
    SELECT k.subject_id, k.stock_id FROM policy.codes k WHERE k.subject_id = w.id
) AS c;

-- name: faults
-- Those of these codes that an order may not name, and why not.
SELECT w.id, CASE WHEN c.revoked THEN 'revoked' WHEN held.subject_id IS NOT NULL THEN 'taken'
    ELSE 'unknown' END
FROM unnest(%(ids)b::uuid[]) AS w (id)
LEFT JOIN LATERAL (
    SELECT k.stock_id, k.revoked FROM policy.codes k WHERE k.subject_id = w.id
) AS c ON true
LEFT JOIN LATERAL (
    SELECT h.subject_id FROM policy.code_holdings h
    WHERE h.subject_id = w.id AND h.order_id <> %(order_id)s
        AND (h.in_use OR h.until >= %(today)s) LIMIT 1
) AS held ON true
WHERE c.revoked OR held.subject_id IS NOT NULL OR c.stock_id <> %(stock_id)s;

-- name: in_live_orders
-- Those of these codes that a live order names.
SELECT w.id FROM unnest(%(ids)b::uuid[]) AS w (id)
CROSS JOIN LATERAL (
    SELECT FROM policy.code_holdings h
    WHERE h.subject_id = w.id AND (h.in_use OR h.until >= %(today)s) LIMIT 1
) AS held;

-- name: stock
-- What there is of every product, or of one.
SELECT {columns} FROM view.code_stock v
WHERE %(product_id)s::text IS NULL OR v.product_id = %(product_id)s ORDER BY v.product_id;

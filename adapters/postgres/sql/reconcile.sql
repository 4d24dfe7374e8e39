-- name: begin
-- A night has one run of each kind: who comes second goes on with it.
INSERT INTO usage.reconciliations (run_id, kind, scope, night, started_at)
VALUES (%(run_id)s, %(kind)s, %(scope)s, %(night)s, %(at)s)
ON CONFLICT (kind, night) DO NOTHING;

-- name: of_night
SELECT run_id, finished_at FROM usage.reconciliations WHERE kind = %(kind)s AND night = %(night)s;

-- name: orders_compared
SELECT coalesce(sum(p.orders), 0) FROM usage.reconciliations r
JOIN usage.reconciled_partners p ON p.run_id = r.run_id
WHERE r.night = %s;

-- name: finish
UPDATE usage.reconciliations SET finished_at = %(at)s WHERE run_id = %(run_id)s;

-- name: begin_part
INSERT INTO usage.reconciled_partners (run_id, partner, after_order)
VALUES (%(run_id)s, %(partner)s, '00000000-0000-0000-0000-000000000000')
ON CONFLICT (run_id, partner) DO NOTHING;

-- name: part
SELECT p.after_order, p.finished_at FROM usage.reconciled_partners p
WHERE p.run_id = %(run_id)s AND p.partner = %(partner)s;

-- name: finish_part
UPDATE usage.reconciled_partners SET finished_at = %(at)s, stopped_by = %(stopped_by)s
WHERE run_id = %(run_id)s AND partner = %(partner)s;

-- name: count_activations
UPDATE usage.reconciled_partners SET activations = activations + %(activations)s
WHERE run_id = %(run_id)s AND partner = %(partner)s;

-- name: advance
-- Only from where we believe that it is: another process may have gone on with it.
UPDATE usage.reconciled_partners SET
    after_order = %(order_id)s, orders = orders + 1, compared = compared + %(compared)s,
    new_differences = new_differences + %(new)s, known_differences = known_differences + %(known)s,
    failures = failures + %(failures)s
WHERE run_id = %(run_id)s AND partner = %(partner)s AND after_order = %(after)s AND finished_at IS NULL;

-- name: count_unknown
UPDATE usage.reconciled_partners SET
    new_differences = new_differences + %(new)s, known_differences = known_differences + %(known)s
WHERE run_id = %(run_id)s AND partner = %(partner)s;

-- name: orders
-- The accepted orders of a partner that are to be compared, in the order in which a run goes.
SELECT {columns} FROM view.delivery_order_status v
WHERE CASE %(kind)s WHEN 'registry' THEN v.registry ELSE v.shop END = %(partner)s
    AND v.order_id > %(after)s AND v.status IS NOT NULL
    AND (%(order_id)s::uuid IS NULL OR v.order_id = %(order_id)s)
    AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
    AND (%(since)s::timestamptz IS NULL OR v.received_at >= %(since)s)
    AND (%(live_on)s::date IS NULL OR v.activation_until_date >= %(live_on)s)
ORDER BY v.order_id
LIMIT %(limit)s;

-- name: contracts
-- Under which contracts a shop's orders that are to be compared are.
SELECT DISTINCT v.contract_id FROM view.delivery_order_status v
WHERE v.shop = %(partner)s AND v.contract_id IS NOT NULL AND v.status IS NOT NULL
    AND (%(contract_id)s::text IS NULL OR v.contract_id = %(contract_id)s)
    AND (%(since)s::timestamptz IS NULL OR v.received_at >= %(since)s)
    AND (%(live_on)s::date IS NULL OR v.activation_until_date >= %(live_on)s)
ORDER BY v.contract_id;

-- name: known_orders
-- Which of these orders we have heard of, accepted or refused.
SELECT o.order_id FROM unnest(%(order_ids)s::uuid[]) AS given (order_id)
CROSS JOIN LATERAL (
    SELECT v.order_id FROM view.delivery_order_status v WHERE v.order_id = given.order_id OFFSET 0
) o;

-- name: differences_of_order
SELECT d.what, d.entitlement_id FROM usage.differences d
WHERE d.partner = %(partner)s AND d.delivery_order_id = %(delivery_order_id)s;

-- name: put_differences
INSERT INTO usage.differences AS d
    (partner, delivery_order_id, entitlement_id, what, ours, theirs, first_found_at, last_found_at)
SELECT %(partner)s, %(delivery_order_id)s, given.entitlement_id, given.what, given.ours, given.theirs,
       %(at)s, %(at)s
FROM unnest(%(entitlement_id)s::uuid[], %(what)s::text[], %(ours)s::text[], %(theirs)s::text[])
    AS given (entitlement_id, what, ours, theirs)
ON CONFLICT (partner, delivery_order_id, entitlement_id, what) DO UPDATE SET
    ours = excluded.ours, theirs = excluded.theirs, last_found_at = excluded.last_found_at;

-- name: forget_differences
DELETE FROM usage.differences
WHERE partner = %(partner)s AND delivery_order_id = %(delivery_order_id)s AND last_found_at < %(at)s;

-- name: clear_runs
DELETE FROM usage.reconciliations WHERE started_at < %(before)s;

-- name: clear_reads
DELETE FROM usage.reads WHERE attempted_at < %(before)s;

-- name: clear_uses
DELETE FROM usage.entitlements WHERE as_of < %(before)s;

-- name: clear_differences
-- Of orders that no night compares any more.
DELETE FROM usage.differences WHERE last_found_at < %(before)s;

-- name: runs
SELECT r.run_id, r.kind, CASE WHEN r.scope = '{}' THEN '' ELSE r.scope::text END, r.night, r.started_at, r.finished_at
FROM usage.reconciliations r
WHERE %(run_id)s::uuid IS NULL OR r.run_id = %(run_id)s
ORDER BY r.started_at DESC, r.run_id
LIMIT %(limit)s;

-- name: parts
SELECT p.partner, p.finished_at, p.stopped_by, p.orders, p.compared, p.activations, p.new_differences,
       p.known_differences, p.failures
FROM usage.reconciled_partners p
WHERE p.run_id = %(run_id)s AND (p.orders > 0 OR p.new_differences > 0 OR p.stopped_by IS NOT NULL)
ORDER BY p.partner;

-- name: differences
SELECT d.partner, d.delivery_order_id, d.entitlement_id, d.what, d.ours, d.theirs, d.first_found_at,
       d.last_found_at
FROM usage.differences d
WHERE %(partner)s::text IS NULL OR d.partner = %(partner)s
ORDER BY d.partner, d.delivery_order_id, d.what, d.entitlement_id
LIMIT %(limit)s;

-- name: living
-- The entitlements of a school that can still be used, counted by what matters when its portals change:
-- order, where they go, what the order names (none: they never go to any), whether a link may be asked
-- for at once, and what each portal was asked last.
SELECT d.order_id, d.portals, o.portals AS named,
       d.ready AND d.under_way = '' AND d.status <> 'blocked' AS at_once,
       coalesce(a.asked, '{}') AS asked, count(*) AS number
FROM view.entitlements_by_school s
CROSS JOIN LATERAL (
    SELECT e.order_id, e.portals, e.ready, e.under_way, e.status, e.sides, e.registry,
           e.first_usage_date, e.expiration_date, e.activation_until_date
    FROM view.entitlement_details e
    WHERE e.entitlement_id = s.entitlement_id
    OFFSET 0
) d
CROSS JOIN LATERAL (
    SELECT p.portals FROM policy.orders p WHERE p.order_id = d.order_id OFFSET 0
) o
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(side.key, side.value -> 0) AS asked FROM jsonb_each(d.sides) AS side
    WHERE side.key <> d.registry
) a
WHERE s.school_id = %(school_id)s AND d.status <> 'cancelled'
    AND CASE WHEN d.first_usage_date IS NULL THEN d.activation_until_date >= %(today)s
             ELSE d.expiration_date IS NULL OR d.expiration_date >= %(today)s END
GROUP BY d.order_id, d.portals, o.portals, at_once, a.asked;

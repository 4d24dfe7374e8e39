-- name: seconds_to_link
-- Seconds from an order received to a link placed for each entitlement that has one.
SELECT count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
       percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds)
FROM (
    SELECT extract(epoch FROM min(placed.recorded_at) - ordered.received_at)::float8 AS seconds
    FROM log.stored_events placed
    JOIN view.entitlement_details entitlement ON entitlement.entitlement_id = placed.originator_id
    JOIN view.delivery_order_status ordered ON ordered.order_id = entitlement.order_id
    WHERE placed.topic = 'entitlement.link-placed' AND ordered.received_at >= %(since)s
    GROUP BY placed.originator_id, ordered.received_at
) AS delivered;

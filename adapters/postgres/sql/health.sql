-- name: lags
-- How far each follower is behind: in facts (positions), and since when the first one waits.
SELECT b.name, last.position - b.position AS facts, first.recorded_at AS since
FROM (
    SELECT name, position FROM policy.bookmarks
    UNION ALL SELECT name, position FROM view.bookmarks
    UNION ALL SELECT name, position FROM channel.bookmarks
) b
CROSS JOIN (SELECT coalesce(max(notification_id), 0) AS position FROM log.stored_events) last
LEFT JOIN LATERAL (
    SELECT e.recorded_at FROM log.stored_events e
    WHERE e.notification_id > b.position ORDER BY e.notification_id LIMIT 1
) first ON true
ORDER BY b.name;

-- name: oldest_open_exchanges
-- Since when the oldest open exchange of each partner is open.
SELECT p.partner, oldest.asked_at
FROM view.partners p
LEFT JOIN LATERAL (
    SELECT x.asked_at FROM view.open_exchanges x
    WHERE x.partner = p.partner ORDER BY x.asked_at LIMIT 1
) oldest ON true
ORDER BY p.partner;

-- name: code_stock
-- How many unused activation codes there are of each product.
SELECT product_id, unused FROM view.code_stock ORDER BY product_id;

-- name: dead_letters
-- How many facts lie aside, per follower.
SELECT follower, count(*) FROM channel.dead_letter WHERE status IN ('waiting', 'again') GROUP BY follower;

-- name: absent
-- The followers, and the worker, that no process is at this moment. Their locks: sql/follower.sql,
-- sql/channel.sql, sql/jobs.sql; `consume` holds one of sql/follower.sql.
SELECT f.name
FROM unnest(ARRAY['policies', 'projections', 'publisher', 'clock', 'catalogue', 'work', 'notices'] || %s::text[])
    AS f (name)
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(f.name, 0))
ORDER BY f.name;

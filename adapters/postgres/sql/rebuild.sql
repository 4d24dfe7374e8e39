-- name: try_lead
-- One rebuild of a view at a time; held as long as the connection.
SELECT pg_try_advisory_lock(hashtextextended('rebuild/' || %(projection)s, 0));

-- name: is_led
-- Whether anybody holds that lock.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('rebuild/' || %(projection)s, 0));

-- name: run
SELECT run, made_by, until, built, to_regclass(%(next)s) IS NOT NULL
FROM view.rebuild_runs WHERE projection = %(projection)s;

-- name: begin
INSERT INTO view.rebuild_runs (projection, made_by, until, built)
VALUES (%(projection)s, %(made_by)s, %(until)s, %(built)s)
RETURNING run;

-- name: begin_parts
INSERT INTO view.rebuild_parts (projection, part, next_id, last_id)
SELECT %(projection)s, nth, first, last
FROM unnest(%(firsts)s::uuid[], %(lasts)s::uuid[]) WITH ORDINALITY AS p (first, last, nth);

-- name: forget_run
DELETE FROM view.rebuild_runs WHERE projection = %(projection)s;

-- name: try_part
-- A part that is not done and that nobody is at; held until it is let go, or the connection ends. The
-- subquery is sorted first, so that no more is locked than is taken.
SELECT part FROM (
    SELECT part FROM view.rebuild_parts WHERE projection = %(projection)s AND NOT done
    ORDER BY part OFFSET 0
) p
WHERE pg_try_advisory_lock(hashtextextended('rebuild/' || %(projection)s || '/' || part, 0))
LIMIT 1;

-- name: part
SELECT next_id, last_id, done FROM view.rebuild_parts
WHERE projection = %(projection)s AND part = %(part)s;

-- name: let_go
SELECT pg_advisory_unlock(hashtextextended('rebuild/' || %(projection)s || '/' || %(part)s, 0));

-- name: part_came_to
-- No row: the rebuild was thrown away meanwhile, or has begun afresh.
UPDATE view.rebuild_parts p
SET next_id = %(next_id)s, facts = p.facts + %(facts)s, done = %(done)s
FROM view.rebuild_runs r
WHERE p.projection = %(projection)s AND p.part = %(part)s
  AND r.projection = p.projection AND r.run = %(run)s;

-- name: far
SELECT coalesce(sum(facts), 0)::bigint, coalesce(bool_and(done), true)
FROM view.rebuild_parts WHERE projection = %(projection)s;

-- name: came_to
UPDATE view.rebuild_runs SET built = %(built)s WHERE projection = %(projection)s AND run = %(run)s;

-- name: differences
-- How many rows are only in the one, only in the other, or not the same in both.
SELECT count(*) FILTER (WHERE l.{key} IS NULL), count(*) FILTER (WHERE n.{key} IS NULL),
       count(*) FILTER (WHERE l.{key} IS NOT NULL AND n.{key} IS NOT NULL)
FROM {live} l FULL JOIN {next} n ON {same}
WHERE l IS DISTINCT FROM n;

-- name: examples
-- Of those that would appear, vanish or change, a few each; {which} says of which.
SELECT to_jsonb(l), to_jsonb(n)
FROM {live} l FULL JOIN {next} n ON {same}
WHERE l IS DISTINCT FROM n AND {which}
LIMIT %(limit)s;

-- name: within
(SELECT * FROM {table} WHERE {column} BETWEEN {first} AND {last})

-- name: make_repaired
CREATE TEMPORARY TABLE {next} (LIKE {table}) ON COMMIT DROP;

-- name: remove_within
DELETE FROM {table} WHERE {column} BETWEEN {first} AND {last};

-- name: put_within
INSERT INTO {table} SELECT * FROM {next};

-- name: record_repair
-- What the follower remembers of the view is void; that it was repaired in part says nothing about
-- facts that lie aside elsewhere.
INSERT INTO view.rebuilds AS r (projection, times, rebuilt_at)
VALUES (%(projection)s, 1, '-infinity')
ON CONFLICT (projection) DO UPDATE SET times = r.times + 1;

-- name: letters_within
SELECT min("position") FROM channel.dead_letter
WHERE follower = %(follower)s AND status IN ('waiting', 'again')
  AND stream_id BETWEEN %(first)s AND %(last)s;

-- name: at_school
-- Something that lies beside each order of which any table says that it is this school's: what one of
-- them lacks, another has.
SELECT order_id FROM view.delivery_order_status WHERE school_id = %(school_id)s
UNION
SELECT order_id FROM view.entitlement_details WHERE school_id = %(school_id)s
UNION
SELECT entitlement_id FROM view.entitlements_by_school WHERE school_id = %(school_id)s
UNION
SELECT order_id FROM policy.entitlements WHERE school_id = %(school_id)s
UNION
SELECT order_id FROM policy.pool_orders WHERE school_id = %(school_id)s;

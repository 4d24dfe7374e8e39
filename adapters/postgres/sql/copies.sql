-- Copies of views as they were at some place in the log, each in a schema of its own.

-- name: try_hold
-- Whoever builds in a copy holds this together with others, until the connection ends.
SELECT pg_try_advisory_lock_shared(hashtextextended('copy/' || %(copy)s, 0));

-- name: try_have_alone
SELECT pg_try_advisory_lock(hashtextextended('copy/' || %(copy)s, 0));

-- name: schema_exists
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %(copy)s);

-- name: add_copy
-- Of two that begin it at once the second waits, and finds it there.
INSERT INTO view.copies (copy, "position", at, made_by)
VALUES (%(copy)s, %(position)s, %(at)s, %(made_by)s)
ON CONFLICT (copy) DO NOTHING;

-- name: make_schema
CREATE SCHEMA {schema};

-- name: grant_schema
GRANT USAGE ON SCHEMA {schema} TO aanspraak_runtime;

-- name: drop_schema
DROP SCHEMA IF EXISTS {schema} CASCADE;

-- name: forget_copy
WITH gone AS (DELETE FROM view.rebuild_runs WHERE starts_with(projection, %(copy)s || '.'))
DELETE FROM view.copies WHERE copy = %(copy)s;

-- name: add_view
INSERT INTO view.copied_views (copy, projection, rows)
SELECT %(copy)s, %(projection)s, count(*) FROM {table};

-- name: copies
-- The newest first; rows: how many each view has that is whole.
SELECT c.copy, c."position", c.at, c.made_by, c.made_at,
       coalesce(jsonb_object_agg(v.projection, v.rows ORDER BY v.projection)
                    FILTER (WHERE v.projection IS NOT NULL), '{}') AS rows
FROM view.copies c LEFT JOIN view.copied_views v USING (copy)
WHERE %(copy)s::text IS NULL OR c.copy = %(copy)s
GROUP BY c.copy, c."position", c.at, c.made_by, c.made_at
ORDER BY c.made_at DESC, c.copy;

-- What is told of a job beside its row: its story, what it found, and who can do such a job.

-- name: story
SELECT at, status, doing, turn, done FROM jobs.story WHERE job_id = %s ORDER BY nr;

-- name: keep_found
INSERT INTO jobs.found (job_id, found) VALUES (%(job_id)s, %(found)s)
ON CONFLICT (job_id) DO UPDATE SET found = EXCLUDED.found;

-- name: found
SELECT found FROM jobs.found WHERE job_id = %s;

-- name: say_able
INSERT INTO jobs.able (kind, seen_at) SELECT kind, clock_timestamp() FROM unnest(%s::text[]) AS k (kind)
ON CONFLICT (kind) DO UPDATE SET seen_at = EXCLUDED.seen_at;

-- name: is_able
SELECT EXISTS (
    SELECT FROM jobs.able
    WHERE kind = %(kind)s AND seen_at > clock_timestamp() - make_interval(secs => %(seconds)s)
);

-- name: owns_views
-- Whether this role may make tables in the schema of the views, and swap them.
SELECT has_schema_privilege('view', 'CREATE')
    AND coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), false)
FROM pg_class c
WHERE c.relnamespace = 'view'::regnamespace AND c.relkind = 'r';

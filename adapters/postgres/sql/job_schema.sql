-- The schema of the job queue; its tables are procrastinate's.

-- name: has_schema
SELECT to_regclass('jobs.library_steps') IS NOT NULL;

-- name: applied
SELECT name FROM jobs.library_steps;

-- name: enter
-- Until the end of the transaction.
SELECT set_config('search_path', 'jobs', true), set_config('lock_timeout', '5s', true);

-- name: record
INSERT INTO jobs.library_steps (name) SELECT unnest(%(names)s::text[]);

-- name: grant
-- Its own tables alone: what may be done with ours stands in the migrations.
DO $$
DECLARE
    one regclass;
    kind "char";
BEGIN
    FOR one, kind IN
        SELECT c.oid, c.relkind FROM pg_class c
        WHERE c.relnamespace = 'jobs'::regnamespace AND c.relkind IN ('r', 'S')
            AND starts_with(c.relname, 'procrastinate_')
    LOOP
        EXECUTE format(
            CASE WHEN kind = 'r' THEN 'GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO aanspraak_runtime'
                 ELSE 'GRANT USAGE ON SEQUENCE %s TO aanspraak_runtime' END, one);
    END LOOP;
END
$$;

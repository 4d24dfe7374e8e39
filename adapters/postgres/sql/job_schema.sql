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
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO aanspraak_runtime;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO aanspraak_runtime;
REVOKE INSERT, UPDATE, DELETE ON jobs.library_steps FROM aanspraak_runtime;

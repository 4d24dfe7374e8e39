-- name: try_lock
-- Taken by polling: a session that waits inside a query would hold up CREATE INDEX CONCURRENTLY.
-- The number spells 'aanmig' in ASCII.
SELECT pg_try_advisory_lock(107071092386151);

-- name: create_schema
CREATE SCHEMA IF NOT EXISTS log;

-- name: create_table
CREATE TABLE IF NOT EXISTS log.applied_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: has_table
SELECT to_regclass('log.applied_migrations') IS NOT NULL;

-- name: applied
SELECT name, checksum FROM log.applied_migrations ORDER BY name;

-- name: record
INSERT INTO log.applied_migrations (name, checksum) VALUES (%s, %s);

-- name: analyze
ANALYZE;

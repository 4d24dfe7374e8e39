-- name: try_lock
-- One follower of a name at a time; held as long as the connection.
SELECT pg_try_advisory_lock(hashtextextended(%s, 0));

-- name: be_there
-- For a process of which there may be many; held as long as the connection.
SELECT pg_advisory_lock_shared(hashtextextended(%s, 0));

-- name: listen
LISTEN aanspraak_log;

-- name: ensure_bookmark
INSERT INTO {schema}.bookmarks (name, position) VALUES (%s, 0) ON CONFLICT (name) DO NOTHING;

-- name: read_bookmark
SELECT position FROM {schema}.bookmarks WHERE name = %s;

-- name: move_bookmark
UPDATE {schema}.bookmarks SET position = %(until)s
WHERE name = %(name)s AND position = %(position)s;

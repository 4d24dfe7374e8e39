-- name: read_bookmark
SELECT position FROM view.bookmarks WHERE name = %(name)s;

-- name: lock_bookmark
-- Whoever moves the bookmark, or puts a view built anew in its place, holds it: so neither does while
-- the other is at it.
SELECT position FROM view.bookmarks WHERE name = %(name)s FOR UPDATE;

-- name: count_rebuilds
SELECT coalesce(sum(times), 0) FROM view.rebuilds;

-- name: record_rebuild
INSERT INTO view.rebuilds AS r (projection, times) VALUES (%(projection)s, 1)
ON CONFLICT (projection) DO UPDATE SET times = r.times + 1, rebuilt_at = now();

-- name: drop_next
DROP TABLE IF EXISTS {next};

-- name: create_next
-- Indexes come when the rows are in it.
CREATE TABLE {next} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES);

-- name: table_options
SELECT option_name, option_value FROM pg_class, pg_options_to_table(reloptions)
WHERE oid = %(table)s::regclass;

-- name: set_option
ALTER TABLE {next} SET ({option} = {value});

-- name: grant_next
GRANT SELECT, INSERT, UPDATE, DELETE ON {next} TO aanspraak_runtime;

-- name: grant_copy
-- What was then stays as it was.
GRANT SELECT ON {next} TO aanspraak_runtime;

-- name: indexes
-- The indexes of a table: name, how each is made, and whether it is the primary key.
SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisprimary
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass
ORDER BY NOT i.indisprimary, c.relname;

-- name: lock_table
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;

-- name: make_primary
ALTER TABLE {next} ADD CONSTRAINT {index} PRIMARY KEY USING INDEX {index};

-- name: analyze_next
ANALYZE {next};

-- name: drop_table
DROP TABLE {table};

-- name: shares
-- What folding stream by stream gave of each sum, beside each other.
SELECT {columns} FROM {next} v ORDER BY {key};

-- name: rename_next
ALTER TABLE {next} RENAME TO {name};

-- name: rename_index
ALTER INDEX {index} RENAME TO {name};

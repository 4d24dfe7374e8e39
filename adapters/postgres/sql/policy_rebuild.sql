-- name: take_turn
-- The lock of the follower, until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtextextended('policies', 0));

-- name: letters_wait
SELECT EXISTS (
    SELECT FROM channel.dead_letter d WHERE d.follower = 'policies' AND d.status IN ('waiting', 'again'));

-- name: tables
SELECT t.table_name FROM information_schema.tables t
WHERE t.table_schema = 'policy' AND t.table_name <> 'bookmarks';

-- name: bookmark
SELECT b.position FROM policy.bookmarks b WHERE b.name = 'policies';

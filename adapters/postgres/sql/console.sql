-- name: begin
INSERT INTO console.sessions (hash, subject_id, reference_id, role, started_at, used_at)
VALUES (%(hash)s, %(subject_id)s, %(reference_id)s, %(role)s, %(now)s, %(now)s);

-- name: sweep
-- Those that nobody can use any more.
DELETE FROM console.sessions
WHERE used_at <= %(idle_since)s OR started_at <= %(begun_since)s;

-- name: look
SELECT subject_id, reference_id, role, used_at FROM console.sessions
WHERE hash = %(hash)s AND used_at > %(idle_since)s AND started_at > %(begun_since)s;

-- name: touch
UPDATE console.sessions SET used_at = %(now)s WHERE hash = %(hash)s AND used_at < %(now)s;

-- name: end
DELETE FROM console.sessions WHERE hash = %(hash)s;

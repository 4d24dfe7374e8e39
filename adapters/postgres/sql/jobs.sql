-- Jobs: what was asked, how far it is, and the things it is about.

-- name: add
INSERT INTO jobs.work (job_id, kind, about, status, total, per_second, actor, reason_id, asked_at,
                       changed_at)
VALUES (%(job_id)s, %(kind)s, %(about)s, %(status)s, %(total)s, %(per_second)s, %(actor)s,
        %(reason_id)s, clock_timestamp(), clock_timestamp())
ON CONFLICT (job_id) DO NOTHING;

-- name: enter
-- Until the end of the transaction: where the library's names are found.
SELECT set_config('search_path', 'jobs', true);

-- name: leave
SELECT set_config('search_path', %s, true);

-- name: path
SELECT current_setting('search_path'), kind FROM jobs.work WHERE job_id = %s;

-- name: confirm
UPDATE jobs.work
SET status = 'queued', confirmed_by = %(actor)s, confirmed_at = clock_timestamp(),
    changed_at = clock_timestamp()
WHERE job_id = %(job_id)s AND status = 'waiting';

-- name: cancel
-- One that has not begun is over at once; one that runs, when its worker sees it.
UPDATE jobs.work
SET cancelled_by = %(actor)s, cancelled_at = clock_timestamp(), changed_at = clock_timestamp(),
    ended_at = CASE WHEN status = 'running' THEN NULL ELSE clock_timestamp() END,
    status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END
WHERE job_id = %(job_id)s AND status IN ('waiting', 'queued', 'running') AND cancelled_at IS NULL
RETURNING status;

-- name: take_up
-- Whoever had it before may not write any more.
UPDATE jobs.work
SET status = 'running', turn = turn + 1, started_at = coalesce(started_at, clock_timestamp()),
    changed_at = clock_timestamp()
WHERE job_id = %s AND status IN ('queued', 'running')
RETURNING job_id, kind, about, turn, total, done, mark, per_second, actor, reason_id,
          cancelled_at IS NOT NULL;

-- name: move_on
UPDATE jobs.work
SET done = done + %(done)s, succeeded = succeeded + %(succeeded)s, nothing = nothing + %(nothing)s,
    failed = failed + %(failed)s, total = coalesce(%(total)s, total), doing = %(doing)s,
    mark = %(mark)s, changed_at = clock_timestamp()
WHERE job_id = %(job_id)s AND turn = %(turn)s AND status = 'running'
RETURNING cancelled_at IS NOT NULL;

-- name: is_cancelled
SELECT cancelled_at IS NOT NULL FROM jobs.work
WHERE job_id = %(job_id)s AND turn = %(turn)s AND status = 'running';

-- name: end
UPDATE jobs.work
SET status = %(status)s, error = %(error)s, doing = '', ended_at = clock_timestamp(),
    changed_at = clock_timestamp()
WHERE job_id = %(job_id)s AND turn = %(turn)s AND status = 'running'
RETURNING done, succeeded, nothing, failed;

-- name: is_over
SELECT ended_at IS NOT NULL FROM jobs.work WHERE job_id = %s;

-- name: drop_items
DELETE FROM jobs.items WHERE job_id = %s;

-- name: items
SELECT nr, name, key, "position" FROM jobs.items
WHERE job_id = %(job_id)s AND nr > %(after)s ORDER BY nr LIMIT %(limit)s;

-- name: lost
-- Queued or running, and not in the queue of the library any more.
SELECT w.job_id FROM jobs.work w
WHERE w.status IN ('queued', 'running')
    AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs j
                    WHERE j.lock = w.job_id::text AND j.status IN ('todo', 'doing'));

-- name: forget_old
SELECT jobs.forget_over(%(days)s);

-- name: be_a_worker
-- Shared by all, so that everybody can see whether there is one.
SELECT pg_advisory_lock_shared(hashtextextended('work', 0));

-- name: jobs
-- The newest first; those after the one that `after` names are older.
SELECT w.job_id, w.kind, w.about, w.status, w.total, w.done, w.succeeded, w.nothing, w.failed,
       w.doing, w.turn, w.per_second, w.error, w.actor, w.reason_id, w.confirmed_by, w.cancelled_by,
       w.asked_at, w.confirmed_at, w.cancelled_at, w.started_at, w.changed_at, w.ended_at
FROM jobs.work w
WHERE (%(job_id)s::uuid IS NULL OR w.job_id = %(job_id)s)
    AND (%(kind)s::text IS NULL OR w.kind = %(kind)s)
    AND (%(live)s::boolean IS NULL OR (w.ended_at IS NULL) = %(live)s)
    AND (%(after)s::uuid IS NULL OR (w.asked_at, w.job_id) < (
        SELECT a.asked_at, a.job_id FROM jobs.work a WHERE a.job_id = %(after)s))
ORDER BY w.asked_at DESC, w.job_id DESC
LIMIT %(limit)s;

-- name: try_lock
-- A provider's catalogue is pulled by one at a time; held until it is let go, or the connection goes.
SELECT pg_try_advisory_lock(hashtextextended('catalogue/' || %(provider)s, 0));

-- name: unlock
SELECT pg_advisory_unlock(hashtextextended('catalogue/' || %(provider)s, 0));

-- name: pull
SELECT provider, last_success_at, last_full_at, last_attempt_at, next_attempt_at, failures, last_error
FROM catalogue.pulls
WHERE provider = %(provider)s;

-- name: save_pull
INSERT INTO catalogue.pulls
    (provider, last_success_at, last_full_at, last_attempt_at, next_attempt_at, failures, last_error)
VALUES (%(provider)s, %(last_success_at)s, %(last_full_at)s, %(last_attempt_at)s, %(next_attempt_at)s,
        %(failures)s, %(last_error)s)
ON CONFLICT (provider) DO UPDATE
SET last_success_at = excluded.last_success_at, last_full_at = excluded.last_full_at,
    last_attempt_at = excluded.last_attempt_at, next_attempt_at = excluded.next_attempt_at,
    failures = excluded.failures, last_error = excluded.last_error;

-- name: wake
-- Somebody said that something changed: ask at once.
UPDATE catalogue.pulls SET next_attempt_at = least(next_attempt_at, %(now)s)
WHERE provider = %(provider)s;

-- name: start_anew
-- What was asked before says nothing any more: the next pull asks for everything.
DELETE FROM catalogue.pulls WHERE provider = %(provider)s;

-- name: listed_by
-- The products of a provider, but for those that were missed already.
SELECT v.product_id FROM view.products v
WHERE v.provider = %(provider)s AND NOT v.missed
ORDER BY v.product_id;

-- name: incorrect_products
-- What the open incidents about a provider's products concern.
SELECT v.concerning FROM view.incidents v
WHERE v.party = %(provider)s AND v.kind = 'product-incorrect' AND v.closed_at IS NULL;

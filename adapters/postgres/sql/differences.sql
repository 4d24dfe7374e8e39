-- name: keep
INSERT INTO view.differences (projection, "position", appear, vanish, change, examples, dry_run)
VALUES (%(projection)s, %(position)s, %(appear)s, %(vanish)s, %(change)s, %(examples)s, %(dry_run)s)
ON CONFLICT (projection) DO UPDATE
SET "position" = excluded."position", appear = excluded.appear, vanish = excluded.vanish,
    change = excluded.change, examples = excluded.examples, dry_run = excluded.dry_run,
    compared_at = excluded.compared_at;

-- name: differences
SELECT projection, "position", appear, vanish, change, examples, dry_run, compared_at
FROM view.differences
WHERE %(projection)s::text IS NULL OR projection = %(projection)s
ORDER BY projection;

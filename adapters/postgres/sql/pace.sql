-- name: between
-- The minutes of a stretch of time: one range of the primary key. Of one partner, or of all and the hub.
SELECT {columns} FROM view.pace v
WHERE v.minute >= %(first)s AND v.minute < %(last)s
  AND (%(partner)s::text IS NULL OR v.partner = %(partner)s)
ORDER BY v.minute, v.partner;

-- name: named
-- How the partners are called.
SELECT partner, role, title FROM view.partners
WHERE %(partner)s::text IS NULL OR partner = %(partner)s
ORDER BY partner;

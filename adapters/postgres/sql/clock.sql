-- name: overdue_partners
-- The partners that took a message so long ago that its confirmation is overdue.
SELECT partner, min(at) AS since
FROM view.due
WHERE at <= %(before)s
GROUP BY partner
ORDER BY partner;

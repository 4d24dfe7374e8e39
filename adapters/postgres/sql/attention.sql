-- What needs somebody now; each of these reads only what is open.

-- name: incidents
-- Open incidents by kind and party; of a single one its id.
SELECT i.kind, i.party, count(*), min(i.opened_at),
       CASE WHEN count(*) = 1 THEN (array_agg(i.incident_id))[1] END
FROM view.incidents i
WHERE i.closed_at IS NULL
GROUP BY i.kind, i.party;

-- name: open_at
SELECT count(*) FROM view.incidents i WHERE i.party = %(party)s AND i.closed_at IS NULL;

-- name: jobs
-- Jobs that wait for a second operator, and those that failed since a moment.
SELECT (SELECT count(*) FROM jobs.work w WHERE w.status = 'waiting'),
       (SELECT count(*) FROM jobs.work w
        WHERE w.status = 'failed' AND w.asked_at >= %(since)s - interval '7 days'
            AND w.ended_at >= %(since)s);

-- name: unheard
-- Messages that were made since a moment and did not get to whom they are for.
SELECT count(*) FROM channel.notice_deliveries d
WHERE d.made_at >= %(since)s AND d.delivered_at IS NULL AND d.attempts > 0;

-- name: held
-- Orders that wait for their release.
SELECT count(*) FROM view.delivery_order_status o WHERE o.held;

-- name: titles
-- What these partners are called.
SELECT p.partner, p.title FROM view.partners p WHERE p.partner = ANY (%(partners)s);

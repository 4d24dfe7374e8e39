-- Sending again: which messages failed, or went to portals, and letting go what is parked.

-- name: list_failed
-- What was tried and is parked, and what a partner refused or lost; each thing once, the oldest first. Of an
-- incident: what is still wrong on its list.
INSERT INTO jobs.items (job_id, nr, name, key, why, at)
SELECT %(job_id)s, row_number() OVER (ORDER BY one.at, one.partner, one.key), one.partner, one.key,
       one.why, one.at
FROM (
    SELECT DISTINCT ON (found.partner, found.key) found.partner, found.key, found.why, found.at
    FROM (
        SELECT p.partner, p.key, replace(p.reason, '_', '-') AS why,
               coalesce(p.last_attempt_at, p.parked_at) AS at
        FROM channel.parked p
        WHERE p.reason IN ('failed', 'gave_up')
            AND (%(partner)s::text IS NULL OR p.partner = %(partner)s)
            AND (%(first)s::uuid IS NULL OR p.key BETWEEN %(first)s AND %(last)s)
            AND (%(incident)s::uuid IS NULL OR EXISTS (
                SELECT FROM policy.incident_items m
                WHERE m.incident_id = %(incident)s AND m.stream_id = p.key AND m.party = p.partner
                    AND m.resolved_position IS NULL))
        UNION ALL
        SELECT i.party, i.stream_id, i.kind, i.first_at
        FROM policy.incident_items i
        WHERE i.resolved_position IS NULL
            AND (i.kind = ANY (%(of_orders)s) OR (i.kind = ANY (%(kinds)s) AND EXISTS (
                SELECT FROM policy.entitlements e WHERE e.entitlement_id = i.stream_id)))
            AND (%(incident)s::uuid IS NULL OR i.incident_id = %(incident)s)
            AND (%(partner)s::text IS NULL OR i.party = %(partner)s)
            AND (%(first)s::uuid IS NULL OR i.stream_id BETWEEN %(first)s AND %(last)s)
    ) found
    WHERE (%(since)s::timestamptz IS NULL OR found.at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR found.at < %(until)s)
    ORDER BY found.partner, found.key, found.at
) one;

-- name: list_links
-- Behind those: whatever else portals were told about these entitlements.
INSERT INTO jobs.items (job_id, nr, name, key, why, at)
SELECT %(job_id)s, so_far.items + row_number() OVER (ORDER BY v.partner, told.key), v.partner,
       told.key, 'taken', clock_timestamp()
FROM (SELECT count(*) AS items FROM jobs.items WHERE job_id = %(job_id)s) so_far
CROSS JOIN view.partners v
CROSS JOIN LATERAL (
    SELECT g.key FROM channel.progress g
    WHERE g.partner = v.partner AND g.key BETWEEN %(first)s AND %(last)s
) told
JOIN policy.entitlements e ON e.entitlement_id = told.key
WHERE v.role = 'portal' AND (%(partner)s::text IS NULL OR v.partner = %(partner)s)
    AND NOT EXISTS (SELECT FROM jobs.items i
                    WHERE i.job_id = %(job_id)s AND i.name = v.partner AND i.key = told.key);

-- name: one_at_a_time
-- Whoever asks meanwhile counts this too.
SELECT pg_advisory_xact_lock(hashtextextended('send-again', 0));

-- name: keep_count
INSERT INTO jobs.sent_again (job_id, partner, messages)
SELECT job_id, name, count(*) FROM jobs.items WHERE job_id = %s GROUP BY job_id, name;

-- name: lately
-- To the partners of this job: what was asked without a second operator and is not over, or was not then. Of
-- one that was asked already, only what was asked before it: who came later was asked to count this one.
SELECT coalesce(sum(CASE WHEN w.ended_at IS NULL THEN s.messages
                         ELSE least(s.messages, w.done) END), 0)
FROM jobs.sent_again s
JOIN jobs.work w ON w.job_id = s.job_id
WHERE s.partner = ANY (ARRAY(SELECT DISTINCT i.name FROM jobs.items i WHERE i.job_id = %(job_id)s))
    AND w.job_id <> %(job_id)s AND w.status <> 'waiting' AND w.confirmed_at IS NULL
    AND w.asked_at <= coalesce(
        (SELECT this.asked_at FROM jobs.work this WHERE this.job_id = %(job_id)s), 'infinity')
    AND (w.ended_at IS NULL
         OR w.ended_at > clock_timestamp() - make_interval(secs => %(seconds)s));

-- name: unconfirmed
-- What a job is about and where it goes, as long as nobody confirmed it.
SELECT w.total FROM jobs.work w WHERE w.job_id = %s AND w.confirmed_at IS NULL;

-- name: per_partner
SELECT name, count(*) FROM jobs.items WHERE job_id = %s GROUP BY name ORDER BY name;

-- name: sample
-- Some of them; of entitlements also whose order it is.
SELECT i.name, e.entitlement_id, o.delivery_order_id, i.why, i.at
FROM jobs.items i
LEFT JOIN policy.entitlements e ON e.entitlement_id = i.key
LEFT JOIN view.delivery_order_status o ON o.order_id = coalesce(e.order_id, i.key)
WHERE i.job_id = %(job_id)s
ORDER BY i.nr LIMIT %(limit)s;

-- name: let_go
-- What of these is parked goes at once, under the number and reference id that it has.
UPDATE channel.parked p SET reason = 'ready', rung = 0, next_attempt_at = %(now)s
FROM unnest(%(partners)s::text[], %(keys)s::uuid[]) AS t (partner, key)
WHERE p.partner = t.partner AND p.key = t.key AND p.reason IN ('failed', 'gave_up')
RETURNING p.partner, p.key;

-- name: what_they_are
-- Which of these are entitlements, and which are orders of which a shop rejected what it was told.
SELECT entitlement_id, true FROM policy.entitlements WHERE entitlement_id = ANY (%(keys)s)
UNION
SELECT stream_id, false FROM policy.incident_items
WHERE stream_id = ANY (%(keys)s) AND kind = ANY (%(of_orders)s) AND resolved_position IS NULL;

-- What the channel did not keep until it was sent.

-- name: add
-- Seen again it is the same one, unless it has grown.
INSERT INTO channel.gaps AS g (partner, lane, "after", "until", waiting_since)
SELECT %(partner)s, %(lane)s, %(after)s, %(until)s,
       (SELECT f.waiting_since FROM channel.flows f WHERE f.partner = %(partner)s)
ON CONFLICT (partner, lane, "after") DO UPDATE
SET "until" = excluded."until", seen_at = clock_timestamp(), settled_at = NULL
WHERE g."until" < excluded."until"
RETURNING g.waiting_since;

-- name: open
-- Per partner: from when on to send again (NULL: nobody knows), and how many are missing at most.
SELECT partner,
       CASE WHEN count(*) = count(waiting_since)
            THEN date_trunc('second', min(waiting_since)) - interval '1 second' END,
       sum("until" - "after")::bigint
FROM channel.gaps WHERE settled_at IS NULL GROUP BY partner ORDER BY partner;

-- name: moment
SELECT clock_timestamp();

-- name: settle
-- All since a moment was sent again, to one partner or all. What nobody knows the age of takes all.
UPDATE channel.gaps SET settled_at = clock_timestamp()
WHERE settled_at IS NULL AND seen_at <= %(seen_until)s
  AND (%(partner)s::text IS NULL OR partner = %(partner)s)
  AND (waiting_since > %(since)s OR %(everything)s);

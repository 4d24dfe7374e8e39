-- name: read_items
-- What is wrong still with these streams.
SELECT t.incident_id, t.stream_id, t.kind, t.party, t.first_position, t.first_at
FROM unnest(%(ids)b::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT i.incident_id, i.stream_id, i.kind, i.party, i.first_position, i.first_at
    FROM policy.incident_items i
    WHERE i.stream_id = wanted.id AND i.resolved_position IS NULL
) t;

-- name: write_items
-- What is on these lists as it is now; since when is since it was wrong last.
INSERT INTO policy.incident_items AS t
    (incident_id, stream_id, kind, party, first_position, first_at, resolved_position, resolved_at)
SELECT w.incident_id, w.stream_id, w.kind, w.party, w.first_position, w.first_at,
       w.resolved_position, w.resolved_at
FROM unnest(%(incident_id)b::uuid[], %(stream_id)b::uuid[], %(kind)b::text[], %(party)b::text[],
            %(first_position)b::bigint[], %(first_at)b::timestamptz[],
            %(resolved_position)b::bigint[], %(resolved_at)b::timestamptz[])
    AS w (incident_id, stream_id, kind, party, first_position, first_at, resolved_position,
          resolved_at)
ON CONFLICT (incident_id, stream_id, kind) DO UPDATE
SET first_position = CASE WHEN t.resolved_position IS NULL THEN t.first_position
                          ELSE excluded.first_position END,
    first_at = CASE WHEN t.resolved_position IS NULL THEN t.first_at ELSE excluded.first_at END,
    party = coalesce(nullif(excluded.party, ''), t.party),
    resolved_position = excluded.resolved_position, resolved_at = excluded.resolved_at;

-- name: mention_items
-- What an incident opened with is on its list, unless it was before.
INSERT INTO policy.incident_items (incident_id, stream_id, kind, party, first_position, first_at)
SELECT w.incident_id, w.stream_id, w.kind, w.party, w.first_position, w.first_at
FROM unnest(%(incident_id)b::uuid[], %(stream_id)b::uuid[], %(kind)b::text[], %(party)b::text[],
            %(first_position)b::bigint[], %(first_at)b::timestamptz[])
    AS w (incident_id, stream_id, kind, party, first_position, first_at)
ON CONFLICT (incident_id, stream_id, kind) DO NOTHING;

-- name: close_lists
-- What stood on the lists of closed incidents up to a position is off them.
UPDATE policy.incident_items t
SET resolved_position = w.resolved_position, resolved_at = w.resolved_at
FROM unnest(%(incident_id)b::uuid[], %(until)b::bigint[], %(resolved_position)b::bigint[],
            %(resolved_at)b::timestamptz[]) AS w (incident_id, until, resolved_position, resolved_at)
WHERE t.incident_id = w.incident_id AND t.resolved_position IS NULL AND t.first_position <= w.until;

-- name: emptied
-- Those of these incidents with nothing on their list that is wrong still.
SELECT w.id FROM unnest(%(ids)b::uuid[]) AS w (id)
WHERE NOT EXISTS (
    SELECT FROM policy.incident_items t WHERE t.incident_id = w.id AND t.resolved_position IS NULL);

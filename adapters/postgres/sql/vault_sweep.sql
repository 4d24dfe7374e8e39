-- name: read_on
-- Takes the ids of the vault out of the next facts of the log, and gives the position up to which; no row
-- when there are no more. An id counts wherever it stands in a fact, also in its actor. Whoever reads beside
-- another reads all of it too: what it then deletes depends on it.
WITH facts AS MATERIALIZED (
    SELECT e.notification_id, convert_from(e.state, 'UTF8') AS state
    FROM log.stored_events e
    WHERE e.notification_id > %(after)s
    ORDER BY e.notification_id LIMIT %(limit)s
), named AS MATERIALIZED (
    SELECT DISTINCT found[1]::uuid AS id
    FROM facts
    CROSS JOIN LATERAL regexp_matches(
        facts.state, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'
    ) AS found
), kept AS (
    INSERT INTO vault.referred (id)
    SELECT named.id FROM named
    CROSS JOIN LATERAL (
        (SELECT FROM vault.identifiers i WHERE i.subject_id = named.id LIMIT 1)
        UNION ALL
        (SELECT FROM vault.person_references r WHERE r.subject_id = named.id LIMIT 1)
        UNION ALL
        (SELECT FROM vault.person_references r WHERE r.reference_id = named.id LIMIT 1)
        UNION ALL
        (SELECT FROM vault.texts t WHERE t.text_id = named.id LIMIT 1)
        LIMIT 1
    ) AS in_the_vault
    ORDER BY named.id
    ON CONFLICT (id) DO NOTHING
)
UPDATE vault.swept s SET position = greatest(s.position, read.last)
FROM (SELECT max(facts.notification_id) AS last FROM facts) AS read
WHERE read.last IS NOT NULL
RETURNING read.last;

-- name: swept
SELECT s.position, s.night FROM vault.swept s;

-- name: done
UPDATE vault.swept SET night = %(night)s;

-- name: refer_to_deciders
-- What was decided about facts that a follower laid aside is on record there, and in no fact.
INSERT INTO vault.referred (id)
SELECT DISTINCT substring(d.decided_by FROM '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')::uuid
FROM channel.dead_letter d
WHERE d.decided_by ~ '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
ON CONFLICT (id) DO NOTHING;

-- name: orphan_persons
SELECT o.subject_id FROM vault.orphan_persons o;

-- name: orphan_references
SELECT o.reference_id FROM vault.orphan_references o;

-- name: orphan_texts
SELECT o.text_id FROM vault.orphan_texts o;

-- name: sweep_persons
-- Those of these that are orphans still: the lock is held, so nobody is being remembered.
WITH orphans AS MATERIALIZED (
    SELECT o.subject_id FROM vault.orphan_persons o WHERE o.subject_id = ANY (%(ids)b::uuid[])
), gone AS (
    DELETE FROM vault.person_references r USING orphans o WHERE r.subject_id = o.subject_id
), unnamed AS (
    DELETE FROM vault.identifiers i USING orphans o WHERE i.subject_id = o.subject_id
)
SELECT count(*) FROM orphans;

-- name: sweep_references
WITH gone AS (
    DELETE FROM vault.person_references r USING vault.orphan_references o
    WHERE r.reference_id = ANY (%(ids)b::uuid[]) AND o.reference_id = r.reference_id
    RETURNING 1
)
SELECT count(*) FROM gone;

-- name: sweep_texts
-- A text that is being kept again is waited for, and looked at again: then it is new.
WITH gone AS (
    DELETE FROM vault.texts t USING vault.orphan_texts o
    WHERE t.text_id = ANY (%(ids)b::uuid[]) AND o.text_id = t.text_id
        AND t.kept_at < now() - interval '1 day'
    RETURNING 1
)
SELECT count(*) FROM gone;

-- why: what the vault was given for a message that came to nothing names people with whom the hub has no
-- business. Nothing in the vault says so by itself: what refers to its rows is in the log.
SET LOCAL lock_timeout = '5s';

-- Every id of the vault that a fact refers to, which is for ever, or that an act on record beside the log
-- does. A table of its own, because rows of the vault come, go and are written anew.
CREATE TABLE vault.referred (
    id uuid PRIMARY KEY
);

-- Up to which position the log was read for it, and the night of the last sweep that was finished. It lies
-- beside the rows, so that an older copy of them brings its own along.
CREATE TABLE vault.swept (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    position bigint NOT NULL DEFAULT 0,
    night date
);

INSERT INTO vault.swept DEFAULT VALUES;

-- Persons of whom nothing was said for a day and whom nothing refers to. Whoever keeps a subject_id
-- anywhere else than in a fact adds it here. A person is one: an identifier that is old does not go while
-- another is new.
CREATE VIEW vault.orphan_persons AS
SELECT old.subject_id
FROM (
    SELECT a_row.subject_id
    FROM (
        SELECT i.subject_id, i.kept_at FROM vault.identifiers i
        UNION ALL
        SELECT r.subject_id, r.kept_at FROM vault.person_references r
    ) AS a_row
    GROUP BY a_row.subject_id
    HAVING max(a_row.kept_at) < now() - interval '1 day'
) AS old
WHERE NOT EXISTS (SELECT FROM vault.referred f WHERE f.id = old.subject_id)
    AND NOT EXISTS (
        SELECT FROM vault.person_references r JOIN vault.referred f ON f.id = r.reference_id
        WHERE r.subject_id = old.subject_id
    )
    AND NOT EXISTS (
        SELECT FROM vault.texts t JOIN vault.referred f ON f.id = t.text_id
        WHERE t.subject_id = old.subject_id
    )
    AND NOT EXISTS (SELECT FROM roster.members m WHERE m.subject_id = old.subject_id)
    AND NOT EXISTS (SELECT FROM vault.held_activations h WHERE h.subject_id = old.subject_id);

-- Ways to name somebody that came to nothing, while facts refer to another of the same person. Of whom facts
-- have the pseudonym alone (operators, customers) all stay, and of whom a roster has.
CREATE VIEW vault.orphan_references AS
SELECT r.reference_id
FROM vault.person_references r
WHERE r.kept_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM vault.referred f WHERE f.id = r.reference_id)
    AND EXISTS (
        SELECT FROM vault.person_references o JOIN vault.referred f ON f.id = o.reference_id
        WHERE o.subject_id = r.subject_id
    )
    AND NOT EXISTS (SELECT FROM roster.members m WHERE m.subject_id = r.subject_id);

-- Texts that nothing refers to. Whoever keeps a text's id anywhere else than in a fact adds it here.
CREATE VIEW vault.orphan_texts AS
SELECT t.text_id
FROM vault.texts t
WHERE t.kept_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM vault.referred f WHERE f.id = t.text_id)
    AND NOT EXISTS (SELECT FROM channel.flows w WHERE w.paused_reason_id = t.text_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON vault.referred, vault.swept TO aanspraak_runtime;
GRANT SELECT ON vault.orphan_persons, vault.orphan_references, vault.orphan_texts TO aanspraak_runtime;

-- name: share
-- Whoever adds to a person shares this lock; whoever takes rows away takes it alone, so that nothing is
-- added to somebody who is being forgotten. The number spells 'aanvlt' in ASCII.
SELECT pg_advisory_xact_lock_shared(107071092976756);

-- name: alone
-- The other side of `share`.
SELECT pg_advisory_xact_lock(107071092976756);

-- name: find
-- Whose identifiers these are. LIMIT 1 keeps it one index look-up each, whatever the statistics say.
SELECT given.hash, found.subject_id
FROM unnest(%(hashes)b::bytea[]) AS given (hash)
CROSS JOIN LATERAL (
    SELECT i.subject_id FROM vault.identifiers i WHERE i.hash = given.hash LIMIT 1
) AS found;

-- name: find_references
-- Which of these references were given before.
SELECT given.hash, found.reference_id
FROM unnest(%(hashes)b::bytea[]) AS given (hash)
CROSS JOIN LATERAL (
    SELECT r.reference_id FROM vault.person_references r
    WHERE r.hash = given.hash LIMIT 1
) AS found;

-- name: use_again
-- A reference that is said again is as good as new: the fact that will refer to it comes after this. It is
-- written once an hour at most, and never once a fact refers to it. In the order of their hashes, as all
-- that is added.
WITH again AS MATERIALIZED (
    SELECT r.reference_id
    FROM unnest(%(ids)b::uuid[]) AS given (id)
    JOIN vault.person_references r ON r.reference_id = given.id
    WHERE r.kept_at < now() - interval '1 hour'
        AND NOT EXISTS (SELECT FROM vault.referred f WHERE f.id = r.reference_id)
    ORDER BY r.hash FOR NO KEY UPDATE OF r
)
UPDATE vault.person_references r SET kept_at = now() FROM again
WHERE r.reference_id = again.reference_id;

-- name: add_identifiers
-- In the order of their hashes, so that two batches wait for each other and never in a circle. Fewer
-- rows than given means that another batch came first.
INSERT INTO vault.identifiers (hash, hash_key, subject_id, kind, scope, cipher, cipher_key)
SELECT new.hash, %(hash_key)s, new.subject_id, new.kind, new.scope, new.cipher, %(cipher_key)s
FROM unnest(
    %(hashes)b::bytea[], %(subjects)b::uuid[], %(kinds)b::text[], %(scopes)b::text[],
    %(ciphers)b::bytea[]
) AS new (hash, subject_id, kind, scope, cipher)
ORDER BY new.hash
ON CONFLICT (hash) DO NOTHING;

-- name: add_references
-- After the identifiers, and in order as they are.
INSERT INTO vault.person_references (reference_id, subject_id, hash, hash_key, cipher, cipher_key)
SELECT new.reference_id, new.subject_id, new.hash, %(hash_key)s, new.cipher, %(cipher_key)s
FROM unnest(
    %(references)b::uuid[], %(subjects)b::uuid[], %(hashes)b::bytea[], %(ciphers)b::bytea[]
) AS new (reference_id, subject_id, hash, cipher)
ORDER BY new.hash
ON CONFLICT (hash) DO NOTHING;

-- name: compare
-- Everything known under a subject, and whose these identifiers are.
SELECT i.hash, i.kind, i.scope, i.subject_id
FROM vault.identifiers i WHERE i.subject_id = %(subject)s
UNION
SELECT found.hash, found.kind, found.scope, found.subject_id
FROM unnest(%(hashes)b::bytea[]) AS given (hash)
CROSS JOIN LATERAL (
    SELECT i.hash, i.kind, i.scope, i.subject_id FROM vault.identifiers i
    WHERE i.hash = given.hash LIMIT 1
) AS found;

-- name: read_references
-- References as given, encrypted; one that was forgotten is missing.
SELECT given.id, found.cipher_key, found.cipher
FROM unnest(%(ids)b::uuid[]) AS given (id)
CROSS JOIN LATERAL (
    SELECT r.cipher_key, r.cipher FROM vault.person_references r
    WHERE r.reference_id = given.id LIMIT 1
) AS found;

-- name: remembered
-- Which of these references are there still; none is opened.
SELECT found.reference_id
FROM unnest(%(ids)b::uuid[]) AS given (id)
CROSS JOIN LATERAL (
    SELECT r.reference_id FROM vault.person_references r WHERE r.reference_id = given.id LIMIT 1
) AS found;

-- name: forget_identifiers
DELETE FROM vault.identifiers WHERE subject_id = ANY (%(subjects)b::uuid[]);

-- name: forget_references
DELETE FROM vault.person_references WHERE subject_id = ANY (%(subjects)b::uuid[]);

-- name: forget_texts
DELETE FROM vault.texts WHERE subject_id = ANY (%(subjects)b::uuid[]);

-- name: forget_held_activations
DELETE FROM vault.held_activations WHERE subject_id = ANY (%(subjects)b::uuid[]);

-- name: keep_texts
-- A text that is kept again is as good as new: the fact that will refer to it comes after this.
INSERT INTO vault.texts (text_id, subject_id, cipher, cipher_key)
SELECT DISTINCT ON (new.text_id) new.text_id, new.subject_id, new.cipher, %(cipher_key)s
FROM unnest(%(ids)b::uuid[], %(subjects)b::uuid[], %(ciphers)b::bytea[])
    AS new (text_id, subject_id, cipher)
ORDER BY new.text_id
ON CONFLICT (text_id) DO UPDATE SET kept_at = now();

-- name: read_texts
-- Texts, encrypted; one that was redacted or forgotten is missing.
SELECT given.id, found.cipher_key, found.cipher
FROM unnest(%(ids)b::uuid[]) AS given (id)
CROSS JOIN LATERAL (
    SELECT t.cipher_key, t.cipher FROM vault.texts t WHERE t.text_id = given.id LIMIT 1
) AS found;

-- name: redact_text
DELETE FROM vault.texts WHERE text_id = %(id)s;

-- name: hold_activation
INSERT INTO vault.held_activations
    (entitlement_id, party, digest, digest_key, subject_id, cipher, cipher_key, received_at)
VALUES
    (%(entitlement)s, %(party)s, %(digest)s, %(digest_key)s, %(subject)s, %(cipher)s, %(cipher_key)s,
     %(received_at)s)
ON CONFLICT DO NOTHING;

-- name: take_up
-- Removes what was held for these entitlements and hands it over, in the order of arrival.
WITH taken AS (
    DELETE FROM vault.held_activations h
    USING unnest(%(ids)b::uuid[]) AS given (id)
    WHERE h.entitlement_id = given.id
    RETURNING h.entitlement_id, h.party, h.digest, h.cipher_key, h.cipher, h.received_at,
              h.subject_id
)
SELECT entitlement_id, party, digest, cipher_key, cipher, received_at, subject_id
FROM taken ORDER BY received_at, digest;

-- name: held_count
SELECT count(*) FROM vault.held_activations;

-- name: find_schools
-- Which school each alias belongs to, and that school's master identifier.
SELECT given.type, given.value, found.school_id, master.alias_value
FROM unnest(%(types)b::text[], %(values)b::text[]) AS given (type, value)
CROSS JOIN LATERAL (
    SELECT a.school_id FROM vault.school_aliases a
    WHERE a.alias_type = given.type AND a.alias_value = given.value LIMIT 1
) AS found
LEFT JOIN LATERAL (
    SELECT m.alias_value FROM vault.school_aliases m
    WHERE m.school_id = found.school_id AND m.alias_type = 'organisationMasterIdentifier' LIMIT 1
) AS master ON true;

-- name: aliases_of_school
SELECT a.alias_type, a.alias_value FROM vault.school_aliases a
WHERE a.school_id = %(school)s
ORDER BY a.alias_type <> 'organisationMasterIdentifier', a.alias_type, a.alias_value;

-- name: name_school
INSERT INTO vault.school_names AS n (school_id, name) VALUES (%(school)s, %(name)s)
ON CONFLICT (school_id) DO UPDATE SET name = excluded.name WHERE n.name <> excluded.name;

-- name: name_of_school
SELECT name FROM vault.school_names WHERE school_id = %(school)s;

-- name: add_school_aliases
-- Fewer rows than given means that somebody else came first: with one of these aliases, or with
-- another master identifier for the same school.
INSERT INTO vault.school_aliases (alias_type, alias_value, school_id)
SELECT new.type, new.value, %(school)s
FROM unnest(%(types)b::text[], %(values)b::text[]) AS new (type, value)
ORDER BY new.type, new.value
ON CONFLICT DO NOTHING;

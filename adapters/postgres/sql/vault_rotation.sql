-- name: count_stale
SELECT (SELECT count(*) FROM vault.identifiers
        WHERE hash_key <> %(hash_key)s OR cipher_key <> %(cipher_key)s)
     + (SELECT count(*) FROM vault.person_references
        WHERE hash_key <> %(hash_key)s OR cipher_key <> %(cipher_key)s)
     + (SELECT count(*) FROM vault.texts WHERE cipher_key <> %(cipher_key)s)
     + (SELECT count(*) FROM vault.held_activations
        WHERE digest_key <> %(hash_key)s OR cipher_key <> %(cipher_key)s);

-- name: take_stale_identifiers
-- Takes out identifiers that another key wrote; they come back under the newest keys in the same
-- transaction.
DELETE FROM vault.identifiers WHERE hash IN (
    SELECT i.hash FROM vault.identifiers i
    WHERE i.hash > %(after)s AND (i.hash_key <> %(hash_key)s OR i.cipher_key <> %(cipher_key)s)
    ORDER BY i.hash LIMIT %(limit)s
)
RETURNING hash, kind, scope, cipher_key, cipher, subject_id, kept_at;

-- name: put_identifiers
-- One that stands there already, because a process without the newest key wrote it too, stays out.
INSERT INTO vault.identifiers (hash, hash_key, subject_id, kind, scope, cipher, cipher_key, kept_at)
SELECT new.hash, %(hash_key)s, new.subject_id, new.kind, new.scope, new.cipher, %(cipher_key)s,
       new.kept_at
FROM unnest(
    %(hashes)b::bytea[], %(subjects)b::uuid[], %(kinds)b::text[], %(scopes)b::text[],
    %(ciphers)b::bytea[], %(kept)b::timestamptz[]
) AS new (hash, subject_id, kind, scope, cipher, kept_at)
ORDER BY new.hash
ON CONFLICT (hash) DO NOTHING;

-- name: stale_references
SELECT r.reference_id, r.cipher_key, r.cipher FROM vault.person_references r
WHERE r.reference_id > %(after)s
  AND (r.hash_key <> %(hash_key)s OR r.cipher_key <> %(cipher_key)s)
ORDER BY r.reference_id LIMIT %(limit)s FOR UPDATE;

-- name: rewrite_references
-- One whose hash is taken, because a process without the newest key wrote it too, stays readable by its
-- id and gets a hash that nobody looks for.
UPDATE vault.person_references r
SET hash = CASE WHEN taken.reference_id IS NULL THEN new.hash
                ELSE sha256(uuid_send(r.reference_id)) END,
    hash_key = %(hash_key)s, cipher = new.cipher, cipher_key = %(cipher_key)s
FROM unnest(%(ids)b::uuid[], %(hashes)b::bytea[], %(ciphers)b::bytea[]) AS new (id, hash, cipher)
LEFT JOIN vault.person_references taken ON taken.hash = new.hash AND taken.reference_id <> new.id
WHERE r.reference_id = new.id;

-- name: stale_texts
SELECT t.text_id, t.cipher_key, t.cipher FROM vault.texts t
WHERE t.text_id > %(after)s AND t.cipher_key <> %(cipher_key)s
ORDER BY t.text_id LIMIT %(limit)s FOR UPDATE;

-- name: rewrite_texts
UPDATE vault.texts t
SET cipher = new.cipher, cipher_key = %(cipher_key)s
FROM unnest(%(ids)b::uuid[], %(ciphers)b::bytea[]) AS new (id, cipher)
WHERE t.text_id = new.id;

-- name: take_stale_held_activations
-- Takes out held activations that another key wrote; they are held again in the same transaction.
DELETE FROM vault.held_activations h
WHERE (h.entitlement_id, h.party, h.digest) IN (
    SELECT s.entitlement_id, s.party, s.digest FROM vault.held_activations s
    WHERE s.digest_key <> %(hash_key)s OR s.cipher_key <> %(cipher_key)s
    LIMIT %(limit)s
)
RETURNING entitlement_id, party, digest, cipher_key, cipher, received_at, subject_id;

-- name: touched
-- What lies in the vault and beside it about a subject, per kind.
SELECT
    (SELECT count(*) FROM vault.identifiers i WHERE i.subject_id = %(subject)s),
    (SELECT count(*) FROM vault.person_references r WHERE r.subject_id = %(subject)s),
    (SELECT count(*) FROM vault.texts t WHERE t.subject_id = %(subject)s),
    (SELECT count(*) FROM vault.held_activations h WHERE h.subject_id = %(subject)s),
    (SELECT count(*) FROM channel.attempts a
     WHERE a.subject_id = %(subject)s AND a.answer IS NOT NULL),
    (SELECT count(DISTINCT m.school_id) FROM roster.members m
     JOIN roster.memberships s USING (school_id, subject_id, kind)
     WHERE m.subject_id = %(subject)s AND s.gone_at IS NULL);

-- name: entitlements_of
SELECT e.entitlement_id FROM policy.entitlements e WHERE e.subject_id = %(subject)s
ORDER BY e.entitlement_id;

-- name: forget_memberships
DELETE FROM roster.memberships s USING roster.members m
WHERE m.subject_id = ANY (%(subjects)b::uuid[])
    AND (s.school_id, s.subject_id, s.kind) = (m.school_id, m.subject_id, m.kind);

-- name: forget_members
DELETE FROM roster.members WHERE subject_id = ANY (%(subjects)b::uuid[]);

-- name: done_up_to
SELECT f.position FROM vault.forgotten f;

-- name: forgotten_after
-- Whom the log has as forgotten after a position. The topic stands here as text, so that the index of
-- these facts is used.
SELECT e.notification_id, convert_from(e.state, 'UTF8')::jsonb -> 'data' ->> 'subject_id'
FROM log.stored_events e
WHERE e.topic = 'person.forgotten' AND e.notification_id > %(after)s
ORDER BY e.notification_id LIMIT %(limit)s;

-- name: set_done
INSERT INTO vault.forgotten (position) VALUES (%(position)s)
ON CONFLICT (one_row) DO UPDATE SET position = greatest(vault.forgotten.position, excluded.position);

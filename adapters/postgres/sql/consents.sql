-- name: hold
-- Whether each of these consents holds; one look-up in one index for each.
SELECT EXISTS (
    SELECT FROM view.consents c
    WHERE c.partner = asked.partner AND c.school_id = asked.school_id AND c.api = asked.api
        AND c.scope = asked.scope AND c.holds)
FROM unnest(%(partners)s::text[], %(apis)s::text[], %(scopes)s::text[], %(schools)s::uuid[])
    WITH ORDINALITY AS asked (partner, api, scope, school_id, nth)
ORDER BY asked.nth;

-- name: of_partner
-- The consents of a partner, one by one or narrowed down.
SELECT {columns} FROM view.consents v
WHERE v.partner = %(partner)s
    AND (%(school_id)s::uuid IS NULL OR v.school_id = %(school_id)s)
    AND (%(api)s::text IS NULL OR v.api = %(api)s)
    AND (%(since)s::timestamptz IS NULL OR v.changed_at > %(since)s)
    AND (%(ours)s::text IS NULL OR v.our_reference = %(ours)s)
    AND (%(theirs)s::text IS NULL OR v.their_reference = %(theirs)s)
ORDER BY v.school_id, v.api, v.scope;

-- name: used_elsewhere
-- Whether a partner used this reference for another school or API.
SELECT EXISTS (
    SELECT FROM view.consents c
    WHERE c.partner = %(partner)s AND c.their_reference = %(theirs)s
        AND (c.school_id, c.api) <> (%(school_id)s, %(api)s));

-- name: listed
-- All consents, those of a school, of a partner, or those that wait for us.
SELECT {columns} FROM view.consents v
WHERE (%(school_id)s::uuid IS NULL OR v.school_id = %(school_id)s)
    AND (%(partner)s::text IS NULL OR v.partner = %(partner)s)
    AND (NOT %(waiting)s OR (NOT v.holds AND v.ours = 'pending'))
ORDER BY v.partner, v.school_id, v.api, v.scope;

-- name: ended
-- Since when consents of a school to these partners do not hold, after they did.
SELECT c.partner, c.ended_at FROM view.consents c
WHERE c.school_id = %(school_id)s AND c.scope = 'entitlement.portal'
    AND c.partner = ANY (%(partners)s) AND c.ended_at IS NOT NULL;

-- name: touched
-- How many entitlements of a school that are not cancelled a partner may see by its consent.
SELECT count(*) FROM view.entitlements_by_school s
WHERE s.school_id = %(school_id)s AND s.status <> 'cancelled'
    AND (%(role)s <> 'portal' OR %(partner)s = ANY (s.portals));

-- why: a portal, a dashboard and the hub itself see data of a school only while that school consents. Like
-- the other views this follows from the log and may be dropped and rebuilt at any time.
SET LOCAL lock_timeout = '5s';

-- Which consents are there, and which hold? One row per school, partner, API and scope. ours and theirs:
-- pending, accepted, declined, revoked, or empty before anything was heard of that side. ended_at: since
-- when it does not hold, after it did.
CREATE TABLE view.consents (
    consent_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    school_id uuid NOT NULL,
    organisation_master_identifier text,
    organisation_ids text[] NOT NULL,
    partner text NOT NULL,
    api text NOT NULL,
    scope text NOT NULL,
    hub_is text NOT NULL,
    ours text NOT NULL,
    theirs text NOT NULL,
    our_reference text NOT NULL,
    their_reference text,
    holds boolean NOT NULL,
    ended_at timestamptz,
    changed_at timestamptz NOT NULL
);

CREATE INDEX consents_partner_idx ON view.consents (partner, school_id);
CREATE INDEX consents_school_id_idx ON view.consents (school_id);
CREATE INDEX consents_their_reference_idx ON view.consents (partner, their_reference)
    WHERE their_reference IS NOT NULL;

-- Whether a portal or dashboard may see what is of a school. What a customer ordered is at no school: the
-- portals that the order names are the consent. Its text is read anew each time, because a view that is
-- rebuilt is another table.
CREATE FUNCTION view.consented(reader text, school uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT school IS NULL OR EXISTS (
        SELECT FROM view.consents c
        WHERE c.partner = reader AND c.school_id = school AND c.api = 'entitlement-api' AND c.holds);
$$;

-- Whether an order, or what came of it, is for this reader's eyes: a partner sees its own part.
CREATE FUNCTION view.may_see(
    role text, reader text, shop text, registry text, portals text[], school uuid
) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE role
        WHEN 'shop' THEN shop = reader
        WHEN 'registry' THEN registry = reader
        WHEN 'portal' THEN reader = ANY (portals) AND view.consented(reader, school)
        WHEN 'dashboard' THEN school IS NOT NULL AND view.consented(reader, school)
        ELSE role = 'operator' END;
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON view.consents TO aanspraak_runtime;

-- why: facts stay for ever and people may ask to be forgotten, so who is who lies outside the log: a
-- keyed hash to look up by and an encrypted copy to send. What is deleted here nobody can tell any more.
-- Free text lies here too, activations that came too early, and the schools' aliases (no secret).
-- Every encrypted column carries the number of its key beside it, every hash the number of its own, so
-- that keys can be replaced while the hub runs.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA vault;

-- One row per identifier; all rows of a person have one subject_id. `scope` is where the identifier
-- holds (a school, a registry, a shop; '' is everywhere) and names no person.
CREATE TABLE vault.identifiers (
    hash bytea PRIMARY KEY,
    hash_key smallint NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    cipher bytea NOT NULL,
    cipher_key smallint NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX identifiers_subject_id_idx ON vault.identifiers (subject_id);

-- A person as a message named them: what is sent on, word for word. Facts hold reference_id.
CREATE TABLE vault.person_references (
    reference_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL,
    hash bytea NOT NULL UNIQUE,
    hash_key smallint NOT NULL,
    cipher bytea NOT NULL,
    cipher_key smallint NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX person_references_subject_id_idx ON vault.person_references (subject_id);

-- What people and partners wrote. It goes with its subject, or when it is redacted.
CREATE TABLE vault.texts (
    text_id uuid PRIMARY KEY,
    subject_id uuid,
    cipher bytea NOT NULL,
    cipher_key smallint NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX texts_subject_id_idx ON vault.texts (subject_id) WHERE subject_id IS NOT NULL;

-- Activations of entitlements that we do not know (yet). The digest is a keyed hash of the message, so
-- that the same one is held once.
CREATE TABLE vault.held_activations (
    entitlement_id uuid NOT NULL,
    party text NOT NULL,
    digest bytea NOT NULL,
    digest_key smallint NOT NULL,
    subject_id uuid,
    cipher bytea NOT NULL,
    cipher_key smallint NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (entitlement_id, party, digest)
);

CREATE INDEX held_activations_subject_id_idx ON vault.held_activations (subject_id)
    WHERE subject_id IS NOT NULL;

-- A school has one internal id and any number of aliases, at most one of them its master identifier.
CREATE TABLE vault.school_aliases (
    alias_type text NOT NULL,
    alias_value text NOT NULL,
    school_id uuid NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (alias_type, alias_value)
);

CREATE INDEX school_aliases_school_id_idx ON vault.school_aliases (school_id);
CREATE UNIQUE INDEX school_aliases_one_master_idx ON vault.school_aliases (school_id)
    WHERE alias_type = 'organisationMasterIdentifier';

-- What people call a school: its OnderwijsaanbiederId, or else a secondary identifier with its type.
CREATE FUNCTION vault.school_name(school uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE a.alias_type WHEN 'organisationMasterIdentifier' THEN a.alias_value
           ELSE a.alias_type || ' ' || a.alias_value END
    FROM vault.school_aliases a
    WHERE a.school_id = school
    ORDER BY a.alias_type = 'organisationMasterIdentifier' DESC, a.alias_type, a.alias_value
    LIMIT 1;
$$;

-- Encrypted bytes cannot be compressed, so nobody should try.
ALTER TABLE vault.identifiers ALTER COLUMN cipher SET STORAGE EXTERNAL;
ALTER TABLE vault.person_references ALTER COLUMN cipher SET STORAGE EXTERNAL;
ALTER TABLE vault.texts ALTER COLUMN cipher SET STORAGE EXTERNAL;
ALTER TABLE vault.held_activations ALTER COLUMN cipher SET STORAGE EXTERNAL;

GRANT USAGE ON SCHEMA vault TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vault TO aanspraak_runtime;

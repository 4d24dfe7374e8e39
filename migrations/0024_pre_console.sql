-- why: who is signed in to the console is known here and nowhere else, so that signing out ends it at
-- once in every process.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA console;

-- Somebody's browser. hash: SHA-256 of the cookie, which is nowhere kept. reference_id: how the person
-- is named, in the vault; subject_id: who acts, as facts have it. role: the highest that they had when
-- they signed in.
CREATE TABLE console.sessions (
    hash bytea PRIMARY KEY,
    subject_id uuid NOT NULL,
    reference_id uuid NOT NULL,
    role text NOT NULL,
    started_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA console TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON console.sessions TO aanspraak_runtime;

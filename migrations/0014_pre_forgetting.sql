-- why: who was forgotten must stay forgotten when older rows of the vault come back from a backup, and
-- what somebody has must be found by the pseudonym.
SET LOCAL lock_timeout = '5s';

-- Up to which position the forgetting that is in the log was done in the vault. It lies beside the rows it
-- speaks of, so that an older copy of them brings an older position with it.
CREATE TABLE vault.forgotten (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    position bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON vault.forgotten TO aanspraak_runtime;

-- So that every start finds what is new after that position in one look.
CREATE INDEX stored_events_forgotten_idx ON log.stored_events (notification_id)
    WHERE topic = 'person.forgotten';

CREATE INDEX entitlements_subject_id_idx ON policy.entitlements (subject_id);

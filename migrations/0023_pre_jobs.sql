-- why: what takes long is done by workers, one thing after the other, where everybody can see how far it
-- is. The queue is procrastinate's, whose own tables `aanspraak migrate` puts into the same schema.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA jobs;

-- Which steps of procrastinate's schema are there, by the names of its own files.
CREATE TABLE jobs.library_steps (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A job as everybody sees it. status: waiting (for a second operator), queued, running, done, cancelled,
-- failed. about: which things, as asked. total: how many, when that is known. doing: a word for what it
-- does now. mark: how far it is, in its own terms. turn: how often a worker took it up; only the last
-- one that did may write. actor, confirmed_by, cancelled_by: keys; reason_id: in the vault.
CREATE TABLE jobs.work (
    job_id uuid PRIMARY KEY,
    kind text NOT NULL,
    about json NOT NULL,
    status text NOT NULL,
    total bigint,
    done bigint NOT NULL DEFAULT 0,
    succeeded bigint NOT NULL DEFAULT 0,
    nothing bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    doing text NOT NULL DEFAULT '',
    mark text NOT NULL DEFAULT '',
    turn integer NOT NULL DEFAULT 0,
    per_second double precision NOT NULL DEFAULT 0,
    error text,
    actor text NOT NULL,
    reason_id uuid,
    confirmed_by text,
    cancelled_by text,
    asked_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    started_at timestamptz,
    changed_at timestamptz NOT NULL,
    ended_at timestamptz
) WITH (fillfactor = 50);

CREATE INDEX work_newest_idx ON jobs.work (asked_at DESC, job_id DESC);
CREATE INDEX work_live_idx ON jobs.work (status) WHERE status IN ('waiting', 'queued', 'running');

-- The things a job is about, as they were when it was asked for: a message key of a partner, a position
-- of a follower; why they are on the list, and since when. They go when it is over.
CREATE TABLE jobs.items (
    job_id uuid NOT NULL,
    nr bigint NOT NULL,
    name text NOT NULL,
    key uuid NOT NULL,
    "position" bigint,
    why text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (job_id, nr)
);

-- Why an operator decided so; the words lie in the vault.
ALTER TABLE channel.dead_letter ADD COLUMN reason_id uuid;

-- What of a partner failed, in a window of time.
CREATE INDEX incident_items_party_idx ON policy.incident_items (party, first_at)
    WHERE resolved_position IS NULL;

GRANT USAGE ON SCHEMA jobs TO aanspraak_runtime;
GRANT SELECT ON jobs.library_steps TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.work, jobs.items TO aanspraak_runtime;

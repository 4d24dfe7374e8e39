-- why: a view that is built anew goes on where it was stopped, and several processes may build it: what
-- is done is on record beside the rows, in the same transaction.
SET LOCAL lock_timeout = '5s';

-- The rebuild of a view that is under way, in view.<projection>_next. made_by: what its rows follow from
-- (aanspraak rebuild, fingerprint); another release begins afresh. Streams are folded as they were at
-- until; when all parts are done, the new rows are true at built.
CREATE TABLE view.rebuild_runs (
    projection text PRIMARY KEY,
    run bigint GENERATED ALWAYS AS IDENTITY,
    made_by text NOT NULL,
    until bigint NOT NULL,
    built bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now()
);

-- A part of the log, by stream ids: what lies before next_id is in the new rows, and counted in facts.
CREATE TABLE view.rebuild_parts (
    projection text NOT NULL REFERENCES view.rebuild_runs ON DELETE CASCADE,
    part integer NOT NULL,
    next_id uuid NOT NULL,
    last_id uuid NOT NULL,
    facts bigint NOT NULL DEFAULT 0,
    done boolean NOT NULL DEFAULT false,
    PRIMARY KEY (projection, part)
);

GRANT SELECT ON view.rebuild_runs, view.rebuild_parts TO aanspraak_runtime;

-- why: an operator asks what was sent to a partner between nine and ten, and builds views as they were at
-- some place in the log, in schemas of their own beside the live ones.
SET LOCAL lock_timeout = '5s';

-- What was sent to a partner when. Days that are made later have it too.
CREATE INDEX attempts_partner_idx ON channel.attempts (partner, at);

-- Schemas with copies of views as they were at a position. at: the moment that was asked for, or that of
-- the position. made_by: what rows follow from (aanspraak rebuild, fingerprint).
CREATE TABLE view.copies (
    copy text PRIMARY KEY,
    "position" bigint NOT NULL,
    at timestamptz NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- The views in such a schema that are whole; one that is being built is in view.rebuild_runs.
CREATE TABLE view.copied_views (
    copy text NOT NULL REFERENCES view.copies ON DELETE CASCADE,
    projection text NOT NULL,
    rows bigint NOT NULL,
    built_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (copy, projection)
);

-- What the last comparison of a view with the log came to: a dry run, or the rebuild that put it right.
-- examples: rows by key with the fields that differ, without any person.
CREATE TABLE view.differences (
    projection text PRIMARY KEY,
    "position" bigint NOT NULL,
    appear bigint NOT NULL,
    vanish bigint NOT NULL,
    change bigint NOT NULL,
    examples jsonb NOT NULL,
    dry_run boolean NOT NULL,
    compared_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT ON view.copies, view.copied_views, view.differences TO aanspraak_runtime;

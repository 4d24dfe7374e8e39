-- why: open delivery types are resolved against who studies what at a school. That comes from student
-- administrations and from files, is kept here as pseudonyms only, and is no truth of ours: what was
-- resolved from it is in the facts, and a replay never asks it.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA roster;

-- provider: the partner whose administration is followed; none when the roster comes from files alone.
-- asked_type, asked_value: the one identifier under which the administration is asked for the school.
-- source: of the last take, pull or file. version: how many takes changed something. failures: how many
-- attempts in a row failed. next_attempt_at: when the schedule looks again.
CREATE TABLE roster.schools (
    school_id uuid PRIMARY KEY,
    provider text,
    sector text,
    asked_type text,
    asked_value text,
    source text,
    version bigint NOT NULL DEFAULT 0,
    last_success_at timestamptz,
    last_attempt_at timestamptz,
    last_error text,
    failures integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz
);

-- Everybody who was ever seen at a school. kind: student or employee.
CREATE TABLE roster.members (
    school_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    user_reference_id uuid NOT NULL,
    PRIMARY KEY (school_id, subject_id, kind)
);

CREATE INDEX members_subject_id_idx ON roster.members (subject_id);

-- What a member belongs to, and when. target_kind: school, study, subject, group or role. valid_from:
-- 0001-01-01 is since ever. valid_until: the first day it is over; none is without an end.
-- missing_since: the first take in a row that lacked it. gone_at: the later take that lacked it still,
-- when the grace was over. What is gone stays as it was, for who comes back.
CREATE TABLE roster.memberships (
    school_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    kind text NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    valid_from date NOT NULL DEFAULT '0001-01-01',
    valid_until date,
    missing_since timestamptz,
    gone_at timestamptz,
    PRIMARY KEY (school_id, subject_id, kind, target_kind, target_id, valid_from)
) WITH (fillfactor = 90);

CREATE INDEX memberships_by_target ON roster.memberships (school_id, target_kind, target_id)
    WHERE gone_at IS NULL;

-- The studies, subjects and groups that a school knows.
CREATE TABLE roster.targets (
    school_id uuid NOT NULL,
    target_kind text NOT NULL,
    target_id text NOT NULL,
    PRIMARY KEY (school_id, target_kind, target_id)
);

-- Somebody asks for a pull soon: an administration's notification, an operator, an order.
CREATE TABLE roster.wanted (
    school_id uuid PRIMARY KEY,
    wanted_at timestamptz NOT NULL
);

-- Per administration: up to when we know of its changes.
CREATE TABLE roster.subscriptions (
    provider text PRIMARY KEY,
    caught_up_to timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA roster TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA roster TO aanspraak_runtime;

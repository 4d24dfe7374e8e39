-- why: between the log and the partners stands a channel: three lanes per partner, each message numbered
-- within (key, partner). What must be tried again is parked beside it, so that a position in a lane never
-- waits; what was tried is kept for 90 days. None of this is truth: what came of a message is a fact.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA channel;

CREATE TABLE channel.bookmarks (
    name text PRIMARY KEY,
    position bigint NOT NULL
);

-- Written by the publisher alone, in the order of the log. position: of the fact in the log, and the
-- offset in the lane. message: all of it but the person.
CREATE TABLE channel.messages (
    sent_at timestamptz NOT NULL DEFAULT now(),
    partner text NOT NULL,
    lane text NOT NULL,
    "position" bigint NOT NULL,
    key uuid NOT NULL,
    number integer NOT NULL,
    message json NOT NULL
) PARTITION BY RANGE (sent_at);

CREATE INDEX messages_lane_idx ON channel.messages (partner, lane, "position");

-- For days that nobody prepared.
CREATE TABLE channel.messages_default PARTITION OF channel.messages DEFAULT;

CREATE TABLE channel.offsets (
    partner text NOT NULL,
    lane text NOT NULL,
    "position" bigint NOT NULL,
    PRIMARY KEY (partner, lane)
) WITH (fillfactor = 50);

-- Up to which number the messages about a key to a partner have an outcome.
CREATE TABLE channel.progress (
    partner text NOT NULL,
    key uuid NOT NULL,
    done integer NOT NULL,
    PRIMARY KEY (partner, key)
) WITH (fillfactor = 90);

-- Messages out of their lane: behind (an earlier number has no outcome yet), ready (it has one now),
-- failed (goes again at next_attempt_at), unreachable (goes again when the partner is back), gave_up
-- (waits for an operator). rung: how far it climbed the ladder by itself. error: a short code.
CREATE TABLE channel.parked (
    partner text NOT NULL,
    key uuid NOT NULL,
    number integer NOT NULL,
    lane text NOT NULL,
    message json NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL,
    rung integer NOT NULL,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    error text,
    parked_at timestamptz NOT NULL,
    PRIMARY KEY (partner, key, number)
);

CREATE INDEX parked_due_idx ON channel.parked (partner, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX parked_reason_idx ON channel.parked (partner, reason, last_attempt_at);
CREATE INDEX parked_key_idx ON channel.parked (key);

-- outcome: taken, rejected, failed, dropped. error: a short code. answer: the first 2 KB, encrypted with
-- the key of that number and bound to stream_id; it goes with its subject.
CREATE TABLE channel.attempts (
    at timestamptz NOT NULL,
    partner text NOT NULL,
    stream_id uuid NOT NULL,
    number integer NOT NULL,
    outcome text NOT NULL,
    http_status smallint,
    status integer,
    duration_ms integer NOT NULL,
    error text,
    answer bytea,
    answer_key smallint,
    subject_id uuid
) PARTITION BY RANGE (at);

-- Encrypted bytes cannot be compressed, so nobody should try.
ALTER TABLE channel.attempts ALTER COLUMN answer SET STORAGE EXTERNAL;

CREATE INDEX attempts_stream_idx ON channel.attempts (stream_id);
CREATE INDEX attempts_subject_idx ON channel.attempts (subject_id)
    WHERE subject_id IS NOT NULL AND answer IS NOT NULL;

CREATE TABLE channel.attempts_default PARTITION OF channel.attempts DEFAULT;

-- What stands in the way of a partner's flow; no row: nothing does. The gateway writes the first seven;
-- heard: the partner called us while it was unreachable; paused_*: an operator's.
CREATE TABLE channel.flows (
    partner text PRIMARY KEY,
    unreachable_since timestamptz,
    rung integer NOT NULL DEFAULT 0,
    next_rung_at timestamptz,
    next_try_at timestamptz,
    held_until timestamptz,
    deaf_until timestamptz,
    heard boolean NOT NULL DEFAULT false,
    paused_at timestamptz,
    paused_until timestamptz,
    paused_reason_id uuid
);

-- Facts that a follower could not handle, and the later ones of their streams, which wait behind them
-- (reason 'behind'). status: waiting, again (an operator wants it handled again), handled, skipped.
-- decided_by: the operator's pseudonym.
CREATE TABLE channel.dead_letter (
    follower text NOT NULL,
    "position" bigint NOT NULL,
    stream_id uuid NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'waiting',
    decided_by text,
    decided_at timestamptz,
    settled_at timestamptz,
    PRIMARY KEY (follower, "position")
);

CREATE INDEX dead_letter_stream_idx ON channel.dead_letter (follower, stream_id, "position")
    WHERE status IN ('waiting', 'again');

-- Makes the partitions of these days (UTC), where they are missing and nothing of that day stands in the
-- default partition already. Run as the owner, because the role of a running process owns no table.
CREATE FUNCTION channel.prepare_days(first_day date, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
SET lock_timeout = '2s'
AS $$
DECLARE
    parent text;
    part text;
    day timestamptz;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('channel.days', 0));
    FOREACH parent IN ARRAY ARRAY['messages', 'attempts'] LOOP
        FOR nth IN 0 .. days - 1 LOOP
            day := (first_day + nth)::timestamp AT TIME ZONE 'UTC';
            part := parent || '_' || to_char(first_day + nth, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(format('channel.%I', part)) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE channel.%I (LIKE channel.%I INCLUDING ALL)', part, parent);
                EXECUTE format('ALTER TABLE channel.%I ATTACH PARTITION channel.%I FOR VALUES FROM (%L) TO (%L)',
                               parent, part, day, day + interval '1 day');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- Drops the partitions of the days before these two; a day with a message that is not dealt with stays.
CREATE FUNCTION channel.drop_days(messages_before date, attempts_before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
SET lock_timeout = '2s'
AS $$
DECLARE
    part text;
    waiting boolean;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('channel.days', 0));
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE (i.inhparent = 'channel.messages'::regclass AND c.relname ~ '^messages_\d{8}$'
               AND c.relname < 'messages_' || to_char(messages_before, 'YYYYMMDD'))
           OR (i.inhparent = 'channel.attempts'::regclass AND c.relname ~ '^attempts_\d{8}$'
               AND c.relname < 'attempts_' || to_char(attempts_before, 'YYYYMMDD'))
    LOOP
        IF part LIKE 'messages%' THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM channel.%I m LEFT JOIN channel.offsets o
                                           ON o.partner = m.partner AND o.lane = m.lane
                                           WHERE m."position" > coalesce(o."position", 0))', part)
            INTO waiting;
            CONTINUE WHEN waiting;
        END IF;
        EXECUTE format('DROP TABLE channel.%I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

REVOKE EXECUTE ON FUNCTION channel.prepare_days, channel.drop_days FROM PUBLIC;

GRANT USAGE ON SCHEMA channel TO aanspraak_runtime;
GRANT EXECUTE ON FUNCTION channel.prepare_days, channel.drop_days TO aanspraak_runtime;
GRANT SELECT, INSERT ON channel.messages, channel.attempts TO aanspraak_runtime;
GRANT UPDATE (answer, answer_key) ON channel.attempts TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON channel.bookmarks, channel.offsets, channel.progress, channel.parked, channel.flows,
       channel.dead_letter
    TO aanspraak_runtime;

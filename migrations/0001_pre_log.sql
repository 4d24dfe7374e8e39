-- why: the log is the one truth. It is the table of the eventsourcing library (StoredEvent and
-- Notification), plus a column recorded_at, under two rules that the table itself keeps: one writer at
-- a time, so that the order of positions is the order of commits and whoever reads along misses
-- nothing; and what is written stays as it was written.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA IF NOT EXISTS log;

-- notification_id is the position in the whole log, originator_version the version in the stream.
-- GENERATED ALWAYS: nobody can choose a position. Vacuuming never cuts off the table's end, because
-- that takes a lock which writers would wait for.
CREATE TABLE log.stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (originator_id, originator_version)
)
WITH (
    vacuum_truncate = false,
    toast.vacuum_truncate = false,
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.02
);

CREATE UNIQUE INDEX stored_events_notification_id_idx ON log.stored_events (notification_id);

-- The row type in which the library's recorder hands over events.
CREATE TYPE log.stored_event_uuid AS (
    originator_id uuid,
    originator_version bigint,
    topic text,
    state bytea
);

-- One writer at a time. The lock's number spells 'aanlog' in ASCII; it is held until the end of the
-- transaction. It is no table lock: VACUUM, ANALYZE and CREATE INDEX CONCURRENTLY go on meanwhile.
-- Positions and times are given out row by row after this, so they follow the order of commits.
CREATE FUNCTION log.take_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(107071092322151);
    RETURN NULL;
END
$$;

-- Wakes whoever listens, once per transaction, when it commits.
CREATE FUNCTION log.wake_followers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('aanspraak_log', '');
    RETURN NULL;
END
$$;

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'A fact that turned out wrong is put right by a new fact.';
END
$$;

CREATE TRIGGER one_writer BEFORE INSERT ON log.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION log.take_turn();
CREATE TRIGGER wake_followers AFTER INSERT ON log.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION log.wake_followers();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

-- ALWAYS: also for a session that calls itself a replica.
ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER one_writer;
ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER wake_followers;
ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER append_only;

-- Appends the facts of many streams in one round trip. One entry per fact: its stream, the version the
-- stream must have before this batch (the same for each fact of that stream), its topic and its state;
-- facts of one stream in order. A stream that is no longer at its version is left out as a whole: its
-- id is not among the rows returned. One time for the batch, taken under the lock and never before
-- that of the last fact, also when the machine's clock was put back.
-- No plan with a Seq Scan: this plan is kept per session, and may have been made when the log was empty.
CREATE FUNCTION log.append(ids uuid[], expected bigint[], topics text[], states bytea[])
RETURNS TABLE (stream_id uuid, version bigint, "position" bigint, recorded_at timestamptz)
LANGUAGE plpgsql
SET enable_seqscan = off
SET lock_timeout = '2s'
AS $$
#variable_conflict use_column
DECLARE
    now_at timestamptz;
BEGIN
    IF cardinality(ids) <> ANY (ARRAY[cardinality(expected), cardinality(topics), cardinality(states)])
    THEN
        RAISE EXCEPTION 'log.append: the four arrays differ in length'
            USING ERRCODE = 'array_subscript_error';
    END IF;
    PERFORM pg_advisory_xact_lock(107071092322151);
    SELECT greatest(clock_timestamp(), last.recorded_at) INTO now_at
    FROM (VALUES (1)) one (row)
    LEFT JOIN LATERAL (
        SELECT e.recorded_at FROM log.stored_events e ORDER BY e.notification_id DESC LIMIT 1
    ) last ON true;
    RETURN QUERY
    INSERT INTO log.stored_events AS e
        (originator_id, originator_version, topic, state, recorded_at)
    SELECT f.id, f.expected + row_number() OVER (PARTITION BY f.id ORDER BY f.nth), f.topic, f.state,
           now_at
    FROM unnest(ids, expected, topics, states) WITH ORDINALITY f (id, expected, topic, state, nth)
    WHERE f.expected = coalesce(
        (SELECT max(s.originator_version) FROM log.stored_events s WHERE s.originator_id = f.id), 0)
    ORDER BY f.nth
    RETURNING e.originator_id, e.originator_version, e.notification_id, e.recorded_at;
END
$$;

-- The last position that was recorded not after a moment; 0 when there is none. Times never run
-- backwards along the positions, so halving finds it without an index on the time.
CREATE FUNCTION log.position_at(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
AS $$
DECLARE
    before bigint := 0;
    after bigint := 1 + coalesce((SELECT max(notification_id) FROM log.stored_events), 0);
    middle bigint;
    found record;
BEGIN
    WHILE before + 1 < after LOOP
        middle := (before + after) / 2;
        SELECT e.notification_id, e.recorded_at INTO found FROM log.stored_events e
        WHERE e.notification_id <= middle ORDER BY e.notification_id DESC LIMIT 1;
        IF found IS NULL OR found.recorded_at <= moment THEN
            before := middle;
        ELSE
            after := found.notification_id;
        END IF;
    END LOOP;
    RETURN coalesce(
        (SELECT max(notification_id) FROM log.stored_events WHERE notification_id <= before), 0);
END
$$;

-- For people with psql.
CREATE VIEW log.readable_events AS
SELECT e.notification_id AS "position",
       e.originator_id AS stream_id,
       e.originator_version AS version,
       e.recorded_at,
       e.topic,
       e.envelope ->> 'actor' AS actor,
       e.envelope ->> 'correlation' AS correlation,
       e.envelope ->> 'causation' AS causation,
       e.envelope -> 'data' AS data
FROM (
    SELECT notification_id, originator_id, originator_version, recorded_at, topic,
           convert_from(state, 'UTF8')::jsonb AS envelope
    FROM log.stored_events
) e;

-- The role of every running process. It adds to the log and reads it; it changes nothing in it.
-- Roles belong to the whole server, so another database may have made it, perhaps at this moment.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'aanspraak_runtime') THEN
        CREATE ROLE aanspraak_runtime NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role aanspraak_runtime does not exist and this user may not create it'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Have a superuser run once: CREATE ROLE aanspraak_runtime NOLOGIN;';
END
$$;

GRANT USAGE ON SCHEMA log TO aanspraak_runtime;
GRANT SELECT ON ALL TABLES IN SCHEMA log TO aanspraak_runtime;
GRANT INSERT ON log.stored_events TO aanspraak_runtime;

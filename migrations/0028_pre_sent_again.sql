-- why: what one operator has sent again in parts is as much as at once; and what is told of a job, or asked of
-- it, is not for the hub to change or take away afterwards.
SET LOCAL lock_timeout = '5s';

-- How many messages a job sends again, to whom: counted with what else went there without a second operator.
CREATE TABLE jobs.sent_again (
    job_id uuid NOT NULL REFERENCES jobs.work ON DELETE CASCADE,
    partner text NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (job_id, partner)
);
CREATE INDEX sent_again_partner_idx ON jobs.sent_again (partner);
GRANT SELECT, INSERT ON jobs.sent_again TO aanspraak_runtime;

-- The story writes itself.
ALTER FUNCTION jobs.tell_story() SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
REVOKE ALL ON FUNCTION jobs.tell_story() FROM PUBLIC;
REVOKE ALL ON jobs.story FROM aanspraak_runtime;
GRANT SELECT ON jobs.story TO aanspraak_runtime;

-- Of a job what becomes of it may change; what was asked, by whom and why may not.
REVOKE ALL ON jobs.work FROM aanspraak_runtime;
GRANT SELECT, INSERT ON jobs.work TO aanspraak_runtime;
GRANT UPDATE (status, total, done, succeeded, nothing, failed, doing, mark, turn, error, confirmed_by,
              confirmed_at, cancelled_by, cancelled_at, started_at, changed_at, ended_at)
    ON jobs.work TO aanspraak_runtime;

-- Nor what it is about.
REVOKE UPDATE ON jobs.items FROM aanspraak_runtime;

-- A job goes, with its story and what it found, when it has been over for so many days, and at least one.
CREATE FUNCTION jobs.forget_over(days integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM jobs.work
    WHERE ended_at < clock_timestamp() - make_interval(days => greatest(days, 1));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION jobs.forget_over(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.forget_over(integer) TO aanspraak_runtime;

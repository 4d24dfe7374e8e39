-- why: whoever looks at a job wants to see what it did when, what it found, and whether a worker is there
-- that may carry it out.
SET LOCAL lock_timeout = '5s';

-- What became of a job, line by line: done is how far it was when that began.
CREATE TABLE jobs.story (
    job_id uuid NOT NULL REFERENCES jobs.work ON DELETE CASCADE,
    nr bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    status text NOT NULL,
    doing text NOT NULL,
    turn integer NOT NULL,
    done bigint NOT NULL,
    PRIMARY KEY (job_id, nr)
);

CREATE FUNCTION jobs.tell_story() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO jobs.story (job_id, at, status, doing, turn, done)
    VALUES (NEW.job_id, clock_timestamp(), NEW.status, NEW.doing, NEW.turn, NEW.done);
    RETURN NULL;
END
$$;

CREATE TRIGGER tell_story AFTER UPDATE ON jobs.work FOR EACH ROW
WHEN ((OLD.status, OLD.doing, OLD.turn) IS DISTINCT FROM (NEW.status, NEW.doing, NEW.turn))
EXECUTE FUNCTION jobs.tell_story();

-- What a job found: the difference that a rebuild made or would make, without any person.
CREATE TABLE jobs.found (
    job_id uuid PRIMARY KEY REFERENCES jobs.work ON DELETE CASCADE,
    found json NOT NULL
);

-- What some worker can do for which not every worker has the means, and when it said so last.
CREATE TABLE jobs.able (
    kind text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, DELETE ON jobs.story TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.found, jobs.able TO aanspraak_runtime;

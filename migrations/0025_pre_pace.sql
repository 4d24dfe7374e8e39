-- why: on the first school morning everybody asks how fast it goes: orders, links and activations in each
-- minute, how long a link takes, and which partner holds it up.
SET LOCAL lock_timeout = '5s';

-- What happened in each minute (UTC); partner: empty for the hub as a whole. durations: how many took up to
-- so many milliseconds, by the bounds of projections/durations.py.
CREATE TABLE view.pace (
    minute timestamptz NOT NULL,
    partner text NOT NULL,
    orders bigint NOT NULL,
    created bigint NOT NULL,
    ready bigint NOT NULL,
    placed bigint NOT NULL,
    activated bigint NOT NULL,
    taken bigint NOT NULL,
    failed bigint NOT NULL,
    durations jsonb NOT NULL,
    PRIMARY KEY (minute, partner)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE, DELETE ON view.pace TO aanspraak_runtime;

-- why: Kafka keeps messages for so many days whether they were sent or not: how long the oldest waits must
-- be seen before that, and what was lost all the same must be known until it was sent again from the log
SET LOCAL lock_timeout = '5s';

-- Of all lanes; the gateway writes it. NULL: nothing waits.
ALTER TABLE channel.flows ADD COLUMN waiting_since timestamptz;

-- What a lane held after one offset, up to the next that there is. waiting_since: as it was known before.
CREATE TABLE channel.gaps (
    partner text NOT NULL,
    lane text NOT NULL,
    "after" bigint NOT NULL,
    "until" bigint NOT NULL,
    waiting_since timestamptz,
    seen_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    PRIMARY KEY (partner, lane, "after")
);

GRANT SELECT, INSERT, UPDATE ON channel.gaps TO aanspraak_runtime;

-- why: who does not look at the console hears of it all the same: new incidents, partners that are away and
-- come back, followers that are stuck; each once, many together, and not at night unless it cannot wait.
SET LOCAL lock_timeout = '5s';

-- What is to be told; message_id: in which message it went, or goes. No person, no free text.
CREATE TABLE channel.notices (
    notice_id uuid PRIMARY KEY,
    kind text NOT NULL,
    about text NOT NULL,
    at timestamptz NOT NULL,
    what text NOT NULL,
    code integer,
    incident_id uuid,
    number bigint NOT NULL,
    message_id uuid
);

CREATE INDEX notices_waiting_idx ON channel.notices (at, notice_id) WHERE message_id IS NULL;
CREATE INDEX notices_message_idx ON channel.notices (message_id, at) WHERE message_id IS NOT NULL;

-- A message for each target (webhook, mail): tried until it is delivered, or given up.
CREATE TABLE channel.notice_deliveries (
    message_id uuid NOT NULL,
    target text NOT NULL,
    kind text NOT NULL,
    made_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    delivered_at timestamptz,
    error text,
    PRIMARY KEY (message_id, target)
);

CREATE INDEX notice_deliveries_due_idx ON channel.notice_deliveries (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX notice_deliveries_made_idx ON channel.notice_deliveries (made_at);

-- What happened before there were notices is told to nobody.
INSERT INTO channel.bookmarks (name, position)
SELECT 'notices', coalesce(max(notification_id), 0) FROM log.stored_events;

GRANT SELECT, INSERT, UPDATE, DELETE ON channel.notices, channel.notice_deliveries TO aanspraak_runtime;

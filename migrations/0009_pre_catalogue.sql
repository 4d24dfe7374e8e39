-- why: how far the hub has followed the catalogue of each provider: from which moment on to ask for
-- changes, and when. Losing it costs a full fetch, never a fact.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA catalogue;

-- last_success_at: when the last pull began that succeeded. failures: so many in a row since then.
-- last_error: the short code of the last failure, NULL after a success.
CREATE TABLE catalogue.pulls (
    provider text PRIMARY KEY,
    last_success_at timestamptz,
    last_full_at timestamptz,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    last_error text
);

GRANT USAGE ON SCHEMA catalogue TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON catalogue.pulls TO aanspraak_runtime;

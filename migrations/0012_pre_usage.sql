-- why: what registries say of use is kept for support and billing with the moment it was read, and compared
-- with what we have. None of it is a fact of ours, and no row is about a person: it may be emptied at any
-- time, and is read again.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA usage;

-- An entitlement as its registry has it; one row for each product of it that was used.
CREATE TABLE usage.entitlements (
    entitlement_id uuid NOT NULL,
    product_id text NOT NULL,
    order_id uuid NOT NULL,
    registry text NOT NULL,
    status text NOT NULL,
    first_used date,
    last_used date,
    frequency integer,
    expiration_date date,
    as_of timestamptz NOT NULL,
    PRIMARY KEY (entitlement_id, product_id)
) WITH (fillfactor = 80);

CREATE INDEX entitlements_order_idx ON usage.entitlements (order_id, entitlement_id, product_id);

-- What was asked of which registry: an entitlement, an order or a contract. as_of is the last answer, known
-- what it was; error is the code of a failure since.
CREATE TABLE usage.reads (
    kind text NOT NULL,
    id text NOT NULL,
    registry text NOT NULL,
    as_of timestamptz,
    known boolean,
    attempted_at timestamptz NOT NULL,
    error text,
    PRIMARY KEY (kind, id, registry)
);

-- Runs that compare us with our partners; kind is registry or shop, scope what was asked for (empty: a
-- night). A run that has not finished goes on where each partner's part is.
CREATE TABLE usage.reconciliations (
    run_id uuid PRIMARY KEY,
    kind text NOT NULL,
    scope jsonb NOT NULL,
    night date,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    UNIQUE (kind, night)
);

-- A run at one partner: the last order that is done, and what was found. stopped_by: it answered no more.
CREATE TABLE usage.reconciled_partners (
    run_id uuid NOT NULL REFERENCES usage.reconciliations ON DELETE CASCADE,
    partner text NOT NULL,
    after_order uuid NOT NULL,
    finished_at timestamptz,
    stopped_by text,
    orders integer NOT NULL DEFAULT 0,
    compared integer NOT NULL DEFAULT 0,
    activations integer NOT NULL DEFAULT 0,
    new_differences integer NOT NULL DEFAULT 0,
    known_differences integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, partner)
);

-- What differs, until a run finds that it no longer does. ours and theirs are statuses or numbers.
CREATE TABLE usage.differences (
    partner text NOT NULL,
    delivery_order_id uuid NOT NULL,
    entitlement_id uuid NOT NULL,
    what text NOT NULL,
    ours text,
    theirs text,
    first_found_at timestamptz NOT NULL,
    last_found_at timestamptz NOT NULL,
    PRIMARY KEY (partner, delivery_order_id, entitlement_id, what)
);

GRANT USAGE ON SCHEMA usage TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA usage TO aanspraak_runtime;

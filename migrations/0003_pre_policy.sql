-- why: what spans streams (an order and its thousands of entitlements) is counted here by the policies
-- follower, in one transaction with its bookmark.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA policy;

CREATE TABLE policy.bookmarks (
    name text PRIMARY KEY,
    position bigint NOT NULL
);

-- Per order: entitlements expected, users asked for so far, and the outcomes. While it is being
-- cancelled cancel_id names the request; kept counts what that was refused of. portals: a list of those
-- that the order names, none when its entitlements never go to any.
CREATE TABLE policy.orders (
    order_id uuid PRIMARY KEY,
    expected integer NOT NULL,
    asked integer NOT NULL DEFAULT 0,
    created integer NOT NULL DEFAULT 0,
    settled integer NOT NULL DEFAULT 0,
    delivered integer NOT NULL DEFAULT 0,
    in_use integer NOT NULL DEFAULT 0,
    cancelled integer NOT NULL DEFAULT 0,
    kept integer NOT NULL DEFAULT 0,
    cancel_id text NOT NULL DEFAULT '',
    cancel_end date,
    first_used date,
    portals jsonb
);

-- Per entitlement: its order, and how far it is. cancel_id is the cancellation by which it was
-- cancelled, or that it was kept from.
CREATE TABLE policy.entitlements (
    entitlement_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    registry text NOT NULL,
    subject_id uuid NOT NULL,
    turn integer NOT NULL,
    by_school boolean NOT NULL,
    entitled boolean NOT NULL,
    refused boolean NOT NULL,
    in_use boolean NOT NULL,
    blocked boolean NOT NULL,
    cancelled boolean NOT NULL,
    kept boolean NOT NULL,
    cancel_id text NOT NULL,
    links jsonb NOT NULL,
    school_id uuid
) WITH (fillfactor = 80);

CREATE INDEX entitlements_school_id_idx ON policy.entitlements (school_id, entitlement_id)
    WHERE school_id IS NOT NULL;

-- What a fact asks of many entitlements is asked in parts: which was the last of them.
CREATE TABLE policy.fan_outs (
    position bigint PRIMARY KEY,
    after_id uuid NOT NULL
);

-- The growing list of an incident: which entitlements (or orders) it is about, and why. An item whose
-- cause is gone is resolved; when the cause comes back it no longer is. party: the incident's.
CREATE TABLE policy.incident_items (
    incident_id uuid NOT NULL,
    stream_id uuid NOT NULL,
    kind text NOT NULL,
    party text NOT NULL,
    first_position bigint NOT NULL,
    first_at timestamptz NOT NULL,
    resolved_position bigint,
    resolved_at timestamptz,
    PRIMARY KEY (incident_id, stream_id, kind)
);

CREATE INDEX incident_items_open_idx ON policy.incident_items (stream_id)
    WHERE resolved_position IS NULL;

-- Which order a shop used a reference id for first: it names one request of one order.
CREATE TABLE policy.requests (
    shop text NOT NULL,
    reference_id text NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (shop, reference_id)
);

GRANT USAGE ON SCHEMA policy TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA policy TO aanspraak_runtime;

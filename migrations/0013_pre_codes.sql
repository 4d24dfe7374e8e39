-- why: an activation code is sold once. The policies follower keeps which orders name a code and which
-- codes came from a registry, so that an order with a code that is another's can be refused; the stock
-- per product is there to be read.
SET LOCAL lock_timeout = '5s';

-- Which entitlements a code is in: until when, whether it was used. One that ended by a cancel is gone.
CREATE TABLE policy.code_holdings (
    subject_id uuid NOT NULL,
    entitlement_id uuid NOT NULL,
    order_id uuid NOT NULL,
    until date NOT NULL,
    in_use boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (subject_id, entitlement_id)
);

CREATE INDEX code_holdings_by_entitlement ON policy.code_holdings (entitlement_id);

-- The codes that registries gave the hub, or that the hub had revoked; most codes it never saw.
CREATE TABLE policy.codes (
    subject_id uuid PRIMARY KEY,
    stock_id uuid NOT NULL,
    revoked boolean NOT NULL
);

-- How many codes of a product are there, and what was asked of its registry?
CREATE TABLE view.code_stock (
    stock_id uuid PRIMARY KEY,
    product_id text NOT NULL,
    registry text NOT NULL,
    version bigint NOT NULL,
    low_water_mark bigint NOT NULL,
    is_low boolean NOT NULL,
    unused bigint NOT NULL,
    asked bigint NOT NULL,
    received bigint NOT NULL,
    taken_out bigint NOT NULL,
    revoking bigint NOT NULL,
    revoked bigint NOT NULL,
    refused bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON policy.code_holdings, policy.codes TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON view.code_stock TO aanspraak_runtime;

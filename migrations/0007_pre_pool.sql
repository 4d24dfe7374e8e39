-- why: an open order names nobody: the roster of the school says who gets an entitlement, and live open
-- orders of one school, product and contract (a pool) give everybody one. The policies follower keeps
-- here what it decides that with. All of it follows from the log; the roster is not in it.
SET LOCAL lock_timeout = '5s';

-- The open orders. position: of the fact by which it was received, its age. contract_id: empty when none.
-- state: held, live, cancelling, cancelled or over (its period). used: activations that count against
-- total_quantity. resolved: users that joined, ever; while 0 the order waits on the roster. held_back of
-- held_of: leavers that wait for an operator. resolution_version: up to where its resolution is in here.
CREATE TABLE policy.pool_orders (
    order_id uuid PRIMARY KEY,
    delivery_order_id uuid NOT NULL,
    position bigint NOT NULL,
    received_at timestamptz NOT NULL,
    school_id uuid NOT NULL,
    product_id text NOT NULL,
    contract_id text NOT NULL,
    delivery_type text NOT NULL,
    selection text[] NOT NULL,
    start_date date NOT NULL,
    activation_until_date date NOT NULL,
    total_quantity integer,
    on_full text NOT NULL,
    state text NOT NULL,
    used integer NOT NULL DEFAULT 0,
    resolved integer NOT NULL DEFAULT 0,
    held_back integer NOT NULL DEFAULT 0,
    held_of integer NOT NULL DEFAULT 0,
    resolution_version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

CREATE INDEX pool_orders_by_pool ON policy.pool_orders (school_id, product_id, contract_id);
CREATE INDEX pool_orders_followed ON policy.pool_orders (activation_until_date)
    WHERE state IN ('held', 'live', 'cancelling');

CREATE INDEX pool_orders_held_back ON policy.pool_orders (position) WHERE held_back > 0;

-- Whom they gave an entitlement, turn by turn. state: live, leaving (cause says why), kept (the registry
-- refused to take it back) or cancelled. in_use: activated, ever.
CREATE TABLE policy.pool_members (
    order_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    turn integer NOT NULL,
    entitlement_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'live',
    cause text NOT NULL DEFAULT '',
    in_use boolean NOT NULL DEFAULT false,
    PRIMARY KEY (order_id, subject_id, turn)
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX pool_members_entitlement_id_idx ON policy.pool_members (entitlement_id);

-- Who activated what a school distributes itself (school-admin): each counts.
CREATE TABLE policy.pool_uses (
    entitlement_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    PRIMARY KEY (entitlement_id, subject_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON policy.pool_orders, policy.pool_members, policy.pool_uses
    TO aanspraak_runtime;

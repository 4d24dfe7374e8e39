-- why: rules per contract, what schools expect, and the days of first use, counted per order. All of it
-- are views: they follow from the log.
SET LOCAL lock_timeout = '5s';

-- On which terms are orders under a contract taken? A contract that is not here has the defaults.
CREATE TABLE view.contracts (
    contract_id text PRIMARY KEY,
    release text NOT NULL,
    on_full text NOT NULL,
    quantity_floor text NOT NULL,
    changed_at timestamptz NOT NULL
);

-- What does a school expect to need of a product in a period? Both days are inclusive.
CREATE TABLE view.forecasts (
    school_id uuid NOT NULL,
    product_id text NOT NULL,
    period_from date NOT NULL,
    period_until date NOT NULL,
    expected bigint NOT NULL,
    source text NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, product_id, period_from, period_until)
);

CREATE INDEX forecasts_product_id_idx ON view.forecasts (product_id, school_id, period_from, period_until);

-- How many entitlements of an order were used first on a day? usage_date is the registry's; the other
-- columns are those of the order.
CREATE TABLE view.activations_by_day (
    order_id uuid NOT NULL,
    usage_date date NOT NULL,
    shop text NOT NULL,
    registry text NOT NULL,
    portals text[] NOT NULL,
    school_id uuid,
    product_id text NOT NULL,
    contract_id text,
    activated bigint NOT NULL,
    PRIMARY KEY (order_id, usage_date)
) WITH (fillfactor = 80);

CREATE INDEX activations_by_day_product_id_idx ON view.activations_by_day (product_id, usage_date);
CREATE INDEX activations_by_day_contract_id_idx ON view.activations_by_day (contract_id, usage_date)
    WHERE contract_id IS NOT NULL;
CREATE INDEX activations_by_day_school_id_idx ON view.activations_by_day (school_id, usage_date)
    WHERE school_id IS NOT NULL;

-- The orders of a product and of a school, to be counted.
CREATE INDEX delivery_order_status_product_id_idx ON view.delivery_order_status (product_id, order_id)
    WHERE product_id IS NOT NULL;
CREATE INDEX delivery_order_status_school_id_idx ON view.delivery_order_status (school_id, product_id, order_id)
    WHERE school_id IS NOT NULL;

-- Orders that wait for their release.
CREATE INDEX delivery_order_status_held_idx ON view.delivery_order_status (received_at, order_id) WHERE held;

GRANT SELECT, INSERT, UPDATE, DELETE ON view.contracts, view.forecasts, view.activations_by_day
    TO aanspraak_runtime;

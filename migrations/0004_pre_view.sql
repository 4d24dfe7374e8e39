-- why: what is read, each table one question. All of it follows from the log and may be dropped and
-- rebuilt at any time (aanspraak rebuild). One follower keeps the tables and the one bookmark together.
SET LOCAL lock_timeout = '5s';

CREATE SCHEMA view;

CREATE TABLE view.bookmarks (
    name text PRIMARY KEY,
    position bigint NOT NULL
);

-- Which views were built anew, how often: what a follower remembers of one is void then.
CREATE TABLE view.rebuilds (
    projection text PRIMARY KEY,
    times integer NOT NULL,
    rebuilt_at timestamptz NOT NULL DEFAULT now()
);

-- Who are the partners, and where do they answer?
CREATE TABLE view.partners (
    partner text PRIMARY KEY,
    role text NOT NULL,
    title text NOT NULL,
    client_id text NOT NULL,
    url text NOT NULL,
    token_url text NOT NULL,
    scope text NOT NULL,
    usage_url text NOT NULL,
    activation_codes_url text NOT NULL,
    consent_url text NOT NULL,
    overdue_seconds integer,
    public_key text NOT NULL
);

CREATE INDEX partners_client_id_idx ON view.partners (client_id);

-- What does the catalogue say of a product? info_*: what its ProductInfo says of what its Product
-- leaves out.
CREATE TABLE view.products (
    product_id text PRIMARY KEY,
    provider text,
    registry text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    licence_variant text NOT NULL,
    licence_days integer,
    activation_variant text,
    activation_days integer,
    activation_until_date date,
    delivery_types text[] NOT NULL,
    bundled_products text[] NOT NULL,
    default_access_url text,
    payment_models text[] NOT NULL,
    first_published_date date,
    supported_until_date date,
    end_of_life_date date,
    info_access_url text,
    info_bundled_products text[] NOT NULL,
    missed boolean NOT NULL
);

-- How does an entitlement stand? order_id is the stream of its order, whose first six bytes its own id
-- shares: the entitlements of an order are one range of the primary key. sides: per partner what was
-- asked, what is known, the code of a refusal, and the open exchanges as [number, kind, asked, reference
-- id, lane, asked at, taken at, refresh, given up]. version: the last fact of its stream in this row.
CREATE TABLE view.entitlement_details (
    entitlement_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    order_id uuid NOT NULL,
    delivery_order_id uuid NOT NULL,
    shop text NOT NULL,
    contract_id text,
    product_id text NOT NULL,
    registry text NOT NULL,
    portals text[] NOT NULL,
    school_id uuid,
    organisation_master_identifier text,
    organisation_ids text[] NOT NULL,
    subject_id uuid NOT NULL,
    user_reference_id uuid NOT NULL,
    turn integer NOT NULL,
    entitlement_type text NOT NULL,
    delivery_type text NOT NULL,
    start_date date NOT NULL,
    activation_until_date date NOT NULL,
    expiration_date date,
    status text NOT NULL,
    first_usage_date date,
    sides jsonb NOT NULL,
    date_created timestamptz NOT NULL,
    date_last_modified timestamptz NOT NULL,
    ready boolean NOT NULL,
    under_way text NOT NULL,
    cause text NOT NULL,
    end_date date
) WITH (fillfactor = 80);

-- What does a person at a school have? Narrow: a million pupils ask it on the first morning.
CREATE TABLE view.entitlements_by_school (
    school_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    entitlement_id uuid NOT NULL,
    product_id text NOT NULL,
    portals text[] NOT NULL,
    status text NOT NULL,
    start_date date NOT NULL,
    activation_until_date date NOT NULL,
    expiration_date date,
    PRIMARY KEY (school_id, subject_id, entitlement_id)
) WITH (fillfactor = 80);

-- How does an order stand? Columns of what was received are empty while every request was refused.
-- steps: per partner, how many entitlements are at which step. shop_sides: as in entitlement_details.
CREATE TABLE view.delivery_order_status (
    order_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    delivery_order_id uuid,
    shop text,
    contract_id text,
    product_id text,
    registry text,
    portals text[] NOT NULL,
    delivery_type text,
    school_id uuid,
    users_count integer NOT NULL,
    total_quantity integer,
    held boolean NOT NULL,
    cancelling boolean NOT NULL,
    end_date date,
    start_date date,
    activation_until_date date,
    received_at timestamptz,
    warnings text[] NOT NULL,
    status text,
    delivered integer,
    refused integer,
    refusal_reason text,
    refusal_status integer,
    refused_at timestamptz,
    shop_sides jsonb NOT NULL,
    total_created integer NOT NULL,
    total_entitled integer NOT NULL,
    total_licensed integer NOT NULL,
    total_cancelled integer NOT NULL,
    total_blocked integer NOT NULL,
    in_use integer NOT NULL,
    settled integer NOT NULL,
    link_placed integer NOT NULL,
    action_needed integer NOT NULL,
    licensed_until date,
    steps jsonb NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX delivery_order_status_contract_id_idx ON view.delivery_order_status (contract_id, order_id)
    WHERE contract_id IS NOT NULL;

-- Who is being waited for? One row per message without its 202, or without its confirmation where one
-- is due (kind registry and link; a confirmation to a shop is done with its 202).
CREATE TABLE view.open_exchanges (
    stream_id uuid NOT NULL,
    partner text NOT NULL,
    number integer NOT NULL,
    order_id uuid NOT NULL,
    kind text NOT NULL,
    asked text NOT NULL,
    lane text NOT NULL,
    refresh boolean NOT NULL,
    given_up boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    taken_at timestamptz,
    PRIMARY KEY (stream_id, partner, number)
) WITH (fillfactor = 80);

CREATE INDEX open_exchanges_partner_idx ON view.open_exchanges (partner, asked_at);

-- What may the clock have to say something about? at is when the partner took the message; the clock
-- adds how long a confirmation may take.
CREATE TABLE view.due (
    at timestamptz NOT NULL,
    stream_id uuid NOT NULL,
    what text NOT NULL,
    partner text NOT NULL,
    number integer NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (at, stream_id, partner, number)
);

CREATE INDEX due_partner_idx ON view.due (partner, at);

-- Which order was a shop's reference id used for first?
CREATE TABLE view.order_requests (
    shop text NOT NULL,
    reference_id text NOT NULL,
    order_id uuid NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (shop, reference_id)
);

-- What should not have happened, and has to be looked at? Which entitlements an incident is about is
-- counted by the policies (policy.incident_items).
CREATE TABLE view.incidents (
    incident_id uuid PRIMARY KEY,
    party text NOT NULL,
    code integer NOT NULL,
    kind text NOT NULL,
    concerning text NOT NULL,
    order_id uuid,
    entitlement_id uuid,
    text_id uuid,
    first_opened_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    times integer NOT NULL,
    closed_at timestamptz,
    closed_cause text,
    closed_by text,
    reason_id uuid
);

CREATE INDEX incidents_opened_at_idx ON view.incidents (opened_at, incident_id);
CREATE INDEX incidents_party_idx ON view.incidents (party, opened_at, incident_id);
CREATE INDEX incidents_open_idx ON view.incidents (opened_at, incident_id) WHERE closed_at IS NULL;
CREATE INDEX incidents_order_id_idx ON view.incidents (order_id) WHERE order_id IS NOT NULL;

GRANT USAGE ON SCHEMA view TO aanspraak_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA view TO aanspraak_runtime;

-- why: what support is told on the phone is found at once, also half of it: the beginning of an order
-- number or of a contract. Products, schools and partners are few enough to be looked through.
SET LOCAL lock_timeout = '5s';

CREATE INDEX delivery_order_status_delivery_order_id_idx
    ON view.delivery_order_status (delivery_order_id) WHERE delivery_order_id IS NOT NULL;

-- text_pattern_ops: the beginning of a text, whatever the database sorts by.
CREATE INDEX delivery_order_status_contract_prefix_idx
    ON view.delivery_order_status (contract_id text_pattern_ops) WHERE contract_id IS NOT NULL;

-- What a shop called its request.
CREATE INDEX order_requests_reference_id_idx ON view.order_requests (reference_id);

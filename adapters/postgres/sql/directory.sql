-- name: partner
SELECT {columns} FROM view.partners v WHERE v.partner = %(key)s;

-- name: partner_of_client
-- A client id that was given to two partners by mistake is nobody's.
SELECT {columns} FROM view.partners v
WHERE v.client_id = %(key)s
    AND NOT EXISTS (
        SELECT FROM view.partners o WHERE o.client_id = v.client_id AND o.partner <> v.partner);

-- name: partners
SELECT {columns} FROM view.partners v
WHERE %(role)s::text IS NULL OR v.role = %(role)s ORDER BY v.partner;

-- name: product
SELECT {columns} FROM view.products v WHERE v.product_id = %(key)s;

-- name: contract
SELECT {columns} FROM view.contracts v WHERE v.contract_id = %(key)s;

-- name: products
SELECT {columns} FROM view.products v ORDER BY v.product_id;

-- why: an operator asks what was sent to a partner between nine and ten.
SET LOCAL lock_timeout = '5s';

-- What was sent to a partner when. Days that are made later have it too.
CREATE INDEX attempts_partner_idx ON channel.attempts (partner, at);

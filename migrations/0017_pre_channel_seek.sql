-- why: an operator may have a partner's lanes looked at again from a moment on, for instance after
-- brokers were put back
SET LOCAL lock_timeout = '5s';

ALTER TABLE channel.flows ADD COLUMN seek_to timestamptz;

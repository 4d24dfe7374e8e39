-- why: a school says on the phone that 3B cannot open a book. An administration knows its groups by an id
-- of its own; what it calls them is kept where that is a code, as 3B is, and no more than that.
SET LOCAL lock_timeout = '5s';

ALTER TABLE roster.targets ADD COLUMN title text;

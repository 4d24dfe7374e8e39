-- why: who calls says the name of a school, not its code. What its administration calls it is kept beside its
-- identifiers: to find it by, and to show. Two schools may have one name; nothing goes by it.
SET LOCAL lock_timeout = '5s';

CREATE TABLE vault.school_names (
    school_id uuid PRIMARY KEY,
    name text NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON vault.school_names TO aanspraak_runtime;

-- What operators are shown: the name, where that is known, and what it is called in messages.
CREATE FUNCTION vault.school_title(school uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT n.name || ' (' || vault.school_name(school) || ')'
                     FROM vault.school_names n WHERE n.school_id = school),
                    vault.school_name(school));
$$;

-- name: follow
-- From where a school's roster comes from now on; an administration is asked at once. What was taken
-- before stays.
INSERT INTO roster.schools (school_id, provider, sector, asked_type, asked_value)
VALUES (%(school)s, %(provider)s, %(sector)s, %(asked_type)s, %(asked_value)s)
ON CONFLICT (school_id) DO UPDATE
SET provider = EXCLUDED.provider, sector = EXCLUDED.sector, asked_type = EXCLUDED.asked_type,
    asked_value = EXCLUDED.asked_value, failures = 0, next_attempt_at = NULL, last_error = NULL;

-- name: known
SELECT s.school_id, s.provider, s.sector, s.asked_type, s.asked_value, s.source, s.version, s.last_success_at, s.last_attempt_at,
    s.last_error, s.failures
FROM roster.schools s WHERE s.school_id = %(school)s;

-- name: lock_school
-- One take of a school at a time; how many failed before it.
INSERT INTO roster.schools (school_id) VALUES (%(school)s)
ON CONFLICT (school_id) DO UPDATE SET school_id = EXCLUDED.school_id
RETURNING failures;

-- name: present
-- Who is at the school as things are.
SELECT DISTINCT m.subject_id, m.kind FROM roster.memberships m
WHERE m.school_id = %(school)s AND m.target_kind = 'school' AND m.gone_at IS NULL;

-- name: put_members
INSERT INTO roster.members (school_id, subject_id, kind, user_reference_id)
SELECT %(school)s, given.subject_id, given.kind, given.user_reference_id
FROM unnest(%(subjects)b::uuid[], %(kinds)b::text[], %(references)b::uuid[])
    AS given (subject_id, kind, user_reference_id)
ON CONFLICT (school_id, subject_id, kind) DO UPDATE
SET user_reference_id = EXCLUDED.user_reference_id
WHERE roster.members.user_reference_id <> EXCLUDED.user_reference_id;

-- name: put_memberships
-- All of these kinds at a school at once. What is given is there; what is not is missing, and gone when
-- it was missing already `grace` ago. Returns how many rows changed what the roster says, missing ones
-- not counted. NOT IN is looked up in a hash table, and the lateral subquery in the primary key, however
-- few rows the planner expects: joined as it liked, PostgreSQL 15 compared each row with every other.
WITH given AS MATERIALIZED (
    SELECT new.subject_id, new.kind, new.target_kind, new.target_id, new.valid_from, new.valid_until
    FROM unnest(
        %(subjects)b::uuid[], %(kinds)b::text[], %(target_kinds)b::text[], %(target_ids)b::text[],
        %(valid_from)b::date[], %(valid_until)b::date[]
    ) AS new (subject_id, kind, target_kind, target_id, valid_from, valid_until)
), compared AS MATERIALIZED (
    SELECT g.subject_id, g.kind, g.target_kind, g.target_id, g.valid_from, g.valid_until,
        m.missing_since,
        m.school_id IS NULL OR m.gone_at IS NOT NULL
            OR m.valid_until IS DISTINCT FROM g.valid_until AS changed
    FROM given g
    LEFT JOIN LATERAL (
        SELECT * FROM roster.memberships p
        WHERE p.school_id = %(school)s
            AND (p.subject_id, p.kind, p.target_kind, p.target_id, p.valid_from)
                = (g.subject_id, g.kind, g.target_kind, g.target_id, g.valid_from)
        OFFSET 0
    ) m ON true
), put AS (
    INSERT INTO roster.memberships AS m
        (school_id, subject_id, kind, target_kind, target_id, valid_from, valid_until)
    SELECT %(school)s, c.subject_id, c.kind, c.target_kind, c.target_id, c.valid_from, c.valid_until
    FROM compared c WHERE c.changed OR c.missing_since IS NOT NULL
    ON CONFLICT (school_id, subject_id, kind, target_kind, target_id, valid_from) DO UPDATE
    SET valid_until = EXCLUDED.valid_until, missing_since = NULL, gone_at = NULL
), missed AS (
    UPDATE roster.memberships m
    SET missing_since = COALESCE(m.missing_since, %(now)s),
        gone_at = CASE WHEN m.missing_since IS NOT NULL THEN %(now)s END
    WHERE m.school_id = %(school)s AND m.gone_at IS NULL AND m.kind = ANY(%(said_of)b::text[])
        AND (m.missing_since IS NULL OR m.missing_since <= %(gone_when_missing_since)s)
        AND (m.subject_id, m.kind, m.target_kind, m.target_id, m.valid_from) NOT IN (
            SELECT g.subject_id, g.kind, g.target_kind, g.target_id, g.valid_from FROM given g
        )
    RETURNING m.gone_at
)
SELECT (SELECT count(*) FROM compared WHERE changed)
    + (SELECT count(*) FROM missed WHERE gone_at IS NOT NULL);

-- name: put_targets
-- Exactly these are known, or with `whole` false these as well; returns how many came or went.
WITH given AS MATERIALIZED (
    SELECT new.target_kind, new.target_id
    FROM unnest(%(target_kinds)b::text[], %(target_ids)b::text[]) AS new (target_kind, target_id)
), put AS (
    INSERT INTO roster.targets (school_id, target_kind, target_id)
    SELECT %(school)s, g.target_kind, g.target_id FROM given g
    ON CONFLICT DO NOTHING
    RETURNING 1
), gone AS (
    DELETE FROM roster.targets t
    WHERE t.school_id = %(school)s AND %(whole)s AND NOT EXISTS (
        SELECT FROM given g
        WHERE (g.target_kind, g.target_id) = (t.target_kind, t.target_id)
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM put) + (SELECT count(*) FROM gone);

-- name: put_titles
-- What these groups are called now; of one that is not given it is not known any more.
UPDATE roster.targets t SET title = given.title
FROM (
    SELECT k.target_id, n.title FROM roster.targets k
    LEFT JOIN unnest(%(ids)s::text[], %(titles)s::text[]) AS n (target_id, title)
        ON n.target_id = k.target_id
    WHERE k.school_id = %(school)s AND k.target_kind = 'group'
) given
WHERE t.school_id = %(school)s AND t.target_kind = 'group' AND t.target_id = given.target_id
    AND t.title IS DISTINCT FROM given.title;

-- name: groups
-- The groups that have students on a day, by what they are called.
SELECT t.target_id, t.title, count(DISTINCT m.subject_id)
FROM roster.targets t
JOIN roster.memberships m ON m.school_id = t.school_id AND m.target_kind = 'group'
    AND m.target_id = t.target_id AND m.gone_at IS NULL AND m.kind = 'student'
    AND m.valid_from <= %(today)s AND (m.valid_until IS NULL OR m.valid_until > %(today)s)
WHERE t.school_id = %(school)s AND t.target_kind = 'group'
GROUP BY t.target_id, t.title
ORDER BY coalesce(t.title, t.target_id), t.target_id;

-- name: groups_called
-- The groups of this id, or called so, however it is spelt; a class and its successor may share a name.
SELECT t.target_id FROM roster.targets t
WHERE t.school_id = %(school)s AND t.target_kind = 'group'
    AND (lower(t.target_id) = lower(%(said)s) OR lower(t.title) = lower(%(said)s));

-- name: succeeded
UPDATE roster.schools
SET source = %(source)s, version = version + %(changed)s, last_success_at = %(now)s,
    last_attempt_at = %(now)s, last_error = NULL, failures = 0, next_attempt_at = NULL
WHERE school_id = %(school)s
RETURNING version;

-- name: failed
UPDATE roster.schools
SET last_attempt_at = %(now)s, last_error = %(reason)s, failures = failures + 1
WHERE school_id = %(school)s
RETURNING failures;

-- name: look_again
UPDATE roster.schools SET next_attempt_at = %(at)s WHERE school_id = %(school)s;

-- name: members_for
-- Who belongs to one of these targets on a day of the period, each once.
SELECT DISTINCT found.subject_id, r.user_reference_id
FROM unnest(%(target_ids)b::text[]) AS given (target_id)
CROSS JOIN LATERAL (
    SELECT m.subject_id FROM roster.memberships m
    WHERE m.school_id = %(school)s AND m.target_kind = %(target_kind)s
        AND m.target_id = given.target_id AND m.gone_at IS NULL AND m.kind = %(kind)s
        AND m.valid_from <= %(until)s AND (m.valid_until IS NULL OR m.valid_until > %(start)s)
) AS found
JOIN roster.members r
    ON r.school_id = %(school)s AND r.subject_id = found.subject_id AND r.kind = %(kind)s
ORDER BY found.subject_id;

-- name: targets_known
SELECT t.target_id FROM roster.targets t
WHERE t.school_id = %(school)s AND t.target_kind = %(target_kind)s;

-- name: in_a_roster
-- Which of these persons are at a school as things are.
SELECT DISTINCT given.id FROM unnest(%(ids)b::uuid[]) AS given (id)
CROSS JOIN LATERAL (
    SELECT r.school_id, r.kind FROM roster.members r WHERE r.subject_id = given.id
) AS place
CROSS JOIN LATERAL (
    SELECT FROM roster.memberships m
    WHERE m.school_id = place.school_id AND m.subject_id = given.id AND m.kind = place.kind
        AND m.gone_at IS NULL
    LIMIT 1
) AS present;

-- name: want
WITH asked AS (
    UPDATE roster.schools s SET next_attempt_at = NULL
    FROM unnest(%(schools)b::uuid[]) AS given (school_id)
    WHERE s.school_id = given.school_id AND s.provider IS NOT NULL
        AND (%(provider)s::text IS NULL OR s.provider = %(provider)s)
    RETURNING s.school_id
)
INSERT INTO roster.wanted (school_id, wanted_at)
SELECT asked.school_id, %(now)s FROM asked
ON CONFLICT (school_id) DO UPDATE SET wanted_at = EXCLUDED.wanted_at
RETURNING school_id;

-- name: is_wanted
SELECT w.school_id FROM roster.wanted w WHERE w.school_id = %(school)s AND w.wanted_at >= %(since)s;

-- name: want_of_provider
WITH asked AS (
    UPDATE roster.schools s SET next_attempt_at = NULL WHERE s.provider = %(provider)s
    RETURNING s.school_id
)
INSERT INTO roster.wanted (school_id, wanted_at)
SELECT asked.school_id, %(now)s FROM asked
ON CONFLICT (school_id) DO UPDATE SET wanted_at = EXCLUDED.wanted_at;

-- name: dealt_with
-- What was asked before the pull began; what came meanwhile asks for another.
DELETE FROM roster.wanted WHERE school_id = %(school)s AND wanted_at <= %(began)s;

-- name: due
-- Schools to be pulled now: never pulled, asked for, or so long ago; those that fail when it is their
-- time. Of each administration those that wait longest, and not those that are being pulled.
SELECT d.school_id, d.provider, d.sector, d.asked_type, d.asked_value
FROM (
    SELECT s.school_id, s.provider, s.sector, s.asked_type, s.asked_value, row_number() OVER (
        PARTITION BY s.provider
        ORDER BY w.wanted_at NULLS LAST, s.last_attempt_at NULLS FIRST, s.school_id
    ) AS place
    FROM roster.schools s
    LEFT JOIN roster.wanted w ON w.school_id = s.school_id
    WHERE s.provider IS NOT NULL AND NOT s.school_id = ANY(%(pulling)s::uuid[])
        AND CASE
            WHEN s.failures > 0 THEN s.next_attempt_at IS NULL OR s.next_attempt_at <= %(now)s
            ELSE w.school_id IS NOT NULL
                OR s.last_attempt_at IS NULL OR s.last_attempt_at <= %(pulled_before)s
        END
) AS d
WHERE d.place <= %(of_each)s
ORDER BY d.place;

-- name: counts
-- Per kind of target: how many members, and how many of those are missing as of the last take.
SELECT m.kind, m.target_kind, count(DISTINCT m.target_id), count(DISTINCT m.subject_id),
    count(DISTINCT m.subject_id) FILTER (WHERE m.missing_since IS NOT NULL)
FROM roster.memberships m
WHERE m.school_id = %(school)s AND m.gone_at IS NULL
GROUP BY m.kind, m.target_kind ORDER BY m.kind, m.target_kind;

-- name: providers
SELECT s.provider, max(c.caught_up_to)
FROM roster.schools s LEFT JOIN roster.subscriptions c ON c.provider = s.provider
WHERE s.provider IS NOT NULL GROUP BY s.provider ORDER BY s.provider;

-- name: caught_up
INSERT INTO roster.subscriptions (provider, caught_up_to) VALUES (%(provider)s, %(until)s)
ON CONFLICT (provider) DO UPDATE
SET caught_up_to = GREATEST(roster.subscriptions.caught_up_to, EXCLUDED.caught_up_to);

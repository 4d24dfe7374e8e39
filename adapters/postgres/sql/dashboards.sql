-- name: given
-- A consent was given; the fact with which it ended before, if it did.
INSERT INTO channel.dashboard_consents AS known (dashboard, school_id, held)
VALUES (%(dashboard)s, %(school_id)s, true)
ON CONFLICT (school_id, dashboard) DO UPDATE SET held = true
RETURNING known.ended_position;

-- name: ended
-- A consent ended with the fact at this position.
UPDATE channel.dashboard_consents SET held = false, ended_position = %(position)s
WHERE dashboard = %(dashboard)s AND school_id = %(school_id)s;

-- name: any_held
SELECT EXISTS (SELECT FROM channel.dashboard_consents WHERE held);

-- name: held
-- Which dashboards these schools gave consent, as far as the follower has come.
SELECT c.dashboard, c.school_id
FROM unnest(%(schools)s::uuid[]) AS wanted (school_id)
CROSS JOIN LATERAL (
    SELECT d.dashboard, d.school_id FROM channel.dashboard_consents d
    WHERE d.school_id = wanted.school_id AND d.held
) c;

-- name: counted_until
-- How far the policies have come, who know which entitlements a school has.
SELECT position FROM policy.bookmarks WHERE name = 'policies';

-- name: entitlements_of_school
SELECT e.entitlement_id FROM policy.entitlements e
WHERE e.school_id = %(school_id)s AND e.entitlement_id > %(after)s
ORDER BY e.entitlement_id
LIMIT %(most)s;

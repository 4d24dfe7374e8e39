-- why: what dashboards get of a school goes with its consent. The follower of the event stream remembers
-- which consents it has come past, so that it need not ask the log about all of them for every fact.
SET LOCAL lock_timeout = '5s';

-- ended_position: the fact with which the consent last ended, none while it was never given before; held:
-- it is given again since. That it holds at this moment only the log says.
CREATE TABLE channel.dashboard_consents (
    dashboard text NOT NULL,
    school_id uuid NOT NULL,
    held boolean NOT NULL,
    ended_position bigint,
    PRIMARY KEY (school_id, dashboard)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON channel.dashboard_consents TO aanspraak_runtime;

-- The time since which somebody is a member, in seconds since 1970 UTC. Nobody knows it for those from
-- before this column: 0.
ALTER TABLE share_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE group_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

-- The time since which somebody has a further volume, in seconds since 1970 UTC. Nobody knows it for those
-- from before this column: 0.
ALTER TABLE external_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

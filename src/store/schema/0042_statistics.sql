-- Statistics over time: a row for each day, in the server's local time, which is written once when
-- the day has ended. The audit log and the index cannot tell the past: the log forgets old rows,
-- and the index knows only the present.
CREATE TABLE days (
    day           TEXT PRIMARY KEY,         -- 2024-07-19
    storage_bytes INTEGER NOT NULL,         -- of all files, when the row was written
    files         INTEGER NOT NULL,
    people        INTEGER NOT NULL,         -- accounts that called
    calls         INTEGER NOT NULL          -- of everybody
) STRICT, WITHOUT ROWID;

-- The name that a device gave itself in its last sign-in, as the audit log has it.
ALTER TABLE devices ADD COLUMN agent TEXT NOT NULL DEFAULT '';
UPDATE devices SET agent = coalesce(
    (SELECT agent FROM sessions WHERE device = devices.id ORDER BY last_used DESC LIMIT 1), '');

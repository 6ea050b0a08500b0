-- Alerts that an administrator has dismissed. An alert comes back if its reason changes, because
-- the reason is part of `id`.
CREATE TABLE alerts_aside (
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Sync clients ask what has changed since the version they know. One row a live entry and one a deleted one, each with the
-- version of its newest change: what is asked is how things are now, so nothing grows with the number of changes.

-- A home whose files somebody syncs. Its numbers begin at the microseconds of the time at which it was started, so that a
-- home that is begun anew (a restored backup, an account made again) never hands out a number a second time.
CREATE TABLE sync_roots (
    node    INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,                       -- of the newest change
    oldest  INTEGER NOT NULL,                       -- who knows an older one has missed deletions and must begin anew
    asked   INTEGER NOT NULL                        -- when a client asked last, kept to the day
) STRICT;

-- The entries below a root that are there, each with the version of its newest change.
CREATE TABLE sync_entries (
    node    INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    root    INTEGER NOT NULL REFERENCES sync_roots(node) ON DELETE CASCADE,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sync_entries_by_version ON sync_entries(root, version);

-- The paths below a root at which something was and nothing is. Those of a folder's content are listed too.
CREATE TABLE sync_deletions (
    root       INTEGER NOT NULL REFERENCES sync_roots(node) ON DELETE CASCADE,
    path       TEXT NOT NULL,
    is_folder  INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,                    -- at last
    version    INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,
    PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sync_deletions_by_version ON sync_deletions(root, version);

-- Sync clients ask for the changes since a version. Each existing and each deleted entry has one
-- row with the version of its newest change: clients ask for the current state, so the tables do
-- not grow with the number of changes.

-- A home that somebody syncs. Its versions begin at the time of its start in microseconds, so that
-- a home that is started again (a restored backup, an account made again) never uses a number
-- twice.
CREATE TABLE sync_roots (
    node    INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,                       -- of the newest change
    oldest  INTEGER NOT NULL,                       -- who knows an older one has missed deletions and must begin anew
    asked   INTEGER NOT NULL                        -- when a client asked last, kept to the day
) STRICT;

-- Existing entries below a root, each with the version of its newest change.
CREATE TABLE sync_entries (
    node    INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    root    INTEGER NOT NULL REFERENCES sync_roots(node) ON DELETE CASCADE,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sync_entries_by_version ON sync_entries(root, version);

-- Paths below a root whose entries are gone, including all paths in a deleted folder.
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

-- The first schema: accounts, sessions, the index of files, unfinished uploads, the recycle bin and
-- the audit log. Times are seconds since 1970 UTC unless a name says otherwise. Ids are never used
-- again: they only grow.

-- Values that the program stores about itself, such as the last known time.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,             -- lower case, NFC; also the name of the folder of their files
    display_name  TEXT NOT NULL,
    email         TEXT UNIQUE,                      -- lower case; NULL when there is none
    password_hash TEXT NOT NULL,                    -- PHC string, argon2id
    status        INTEGER NOT NULL,                 -- 0 guest, 1 full, 2 disabled, 3 external: the API's numbers
    is_admin      INTEGER NOT NULL DEFAULT 0,
    quota_bytes   INTEGER NOT NULL DEFAULT 0,       -- 0: no limit
    verified      INTEGER NOT NULL DEFAULT 1,
    created       INTEGER NOT NULL,
    last_login    INTEGER,
    expires       INTEGER                           -- NULL: never
) STRICT;

-- One row for each signed-in browser or script. The token itself is never stored.
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,                    -- SHA-256 of the token
    id         TEXT NOT NULL UNIQUE,                -- public name of the session, for lists
    side       TEXT NOT NULL,                       -- 'user' or 'admin'
    user       INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    xsrf       TEXT NOT NULL,                       -- the value that browsers send back in a header
    created    INTEGER NOT NULL,
    last_used  INTEGER NOT NULL,                    -- kept to the hour, so that reading costs no write
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions(user);

-- The index of the files and folders on the volumes. The disk is the truth: a visit corrects these
-- rows. Metadata refers to their ids.
CREATE TABLE nodes (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    parent           INTEGER NOT NULL,              -- 0: the root of a volume, or of the bin
    name             TEXT NOT NULL,                 -- volume id for roots, else the name as the API shows it
    is_folder        INTEGER NOT NULL,
    size_bytes       INTEGER NOT NULL,
    modified_ns      INTEGER NOT NULL,
    inode            INTEGER NOT NULL,
    missing_since    INTEGER,                       -- gone from its place; kept for a while in case it shows up elsewhere
    modified_by      TEXT,                          -- the account that last wrote it here; NULL when found on the disk
    UNIQUE (parent, name)
) STRICT;
CREATE INDEX nodes_by_inode ON nodes(inode);

-- Versions. Each is a file .cloudlet/versions/<id>.
CREATE TABLE versions (
    id          TEXT PRIMARY KEY,
    node        INTEGER NOT NULL REFERENCES nodes(id),
    owner       TEXT NOT NULL,                      -- the account whose file it is
    size_bytes  INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    created     INTEGER NOT NULL,                   -- when it was replaced
    created_by  TEXT NOT NULL                       -- who replaced it
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_of_node ON versions(node);
CREATE INDEX versions_of_owner ON versions(owner);

-- The recycle bin. Each entry is a file or folder .cloudlet/trash/<id>.
CREATE TABLE trash (
    id         TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,                       -- the account whose files they were
    path       TEXT NOT NULL,                       -- where it was
    is_folder  INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,
    deleted_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX trash_of_owner ON trash(owner, deleted);

-- Unfinished uploads. Each is a file .cloudlet/staging/<id>.
CREATE TABLE uploads (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL,                       -- who uploads
    session    TEXT NOT NULL,                       -- from which session: two browsers do not mix their parts
    path       TEXT NOT NULL,                       -- full path of the file to be
    size_bytes INTEGER,                             -- as announced; NULL when it was not
    received   TEXT NOT NULL,                       -- byte ranges on disk: '0-1048576 2097152-3145728', ends exclusive
    created    INTEGER NOT NULL,
    touched    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX uploads_of_session ON uploads(session, path);

-- The audit log. Each row's hash covers the previous row, so that a changed or removed row is
-- detected.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms       INTEGER NOT NULL,                   -- milliseconds since 1970 UTC
    who         TEXT NOT NULL,                      -- account, or empty
    address     TEXT NOT NULL,
    agent       TEXT NOT NULL,
    operation   TEXT NOT NULL,
    object      TEXT NOT NULL,                      -- path or account it was about
    outcome     TEXT NOT NULL,                      -- 'ok' or an error code
    message     TEXT NOT NULL,
    duration_us INTEGER NOT NULL,
    hash        BLOB NOT NULL                       -- SHA-256 of the hash before and this row
) STRICT;

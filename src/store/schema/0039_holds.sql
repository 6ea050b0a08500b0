-- The brake for mass changes. A client is a device, a browser or a program of an account, or a
-- visitor by a link. While a hold is open, its client changes nothing that exists.
CREATE TABLE holds (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    client  TEXT NOT NULL UNIQUE,
    user    INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,  -- for visitors the owner of the link
    who     TEXT NOT NULL,              -- as in the audit log
    agent   TEXT NOT NULL,              -- the name that the client gave; empty if unknown
    address TEXT NOT NULL,
    begun   INTEGER NOT NULL
) STRICT;

-- The changes of clients to existing entries within ten minutes or, if a client is held, before and
-- during the hold. The columns that are not null tell what can be brought back:
--   version              a content that was replaced
--   trash                an entry that was deleted
--   node, place          an entry that was moved, and its path before
--   node, place, version an entry that was moved, and a content that it replaced
--   place, version       a content that was replaced and whose file must be created at this path
CREATE TABLE recent_changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    client  TEXT NOT NULL,
    at      INTEGER NOT NULL,
    version TEXT,
    trash   TEXT,
    node    INTEGER,
    place   TEXT
) STRICT;
CREATE INDEX recent_changes_client ON recent_changes (client);
CREATE INDEX recent_changes_at ON recent_changes (at);
CREATE INDEX recent_changes_version ON recent_changes (version) WHERE version IS NOT NULL;
CREATE INDEX recent_changes_trash ON recent_changes (trash) WHERE trash IS NOT NULL;

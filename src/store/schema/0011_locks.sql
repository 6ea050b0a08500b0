-- Locks protect a file, or a folder with its content, against changes by others. A lock refers to
-- the entry's id, so it follows a rename. It is removed with the entry's row or the account.
CREATE TABLE locks (
    node            INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    owner           INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    forbids_reading INTEGER NOT NULL,               -- 1: others may not download it either
    created         INTEGER NOT NULL,
    expires         INTEGER                         -- NULL: never
) STRICT;
CREATE INDEX locks_of_owner ON locks(owner);

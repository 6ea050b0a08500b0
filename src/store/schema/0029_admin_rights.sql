-- What administrators of lesser rights may do, by area. An administrator without rows may do
-- everything; one with rows may do nothing in an area without one.
CREATE TABLE admin_rights (
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    area TEXT NOT NULL,
    may_read INTEGER NOT NULL,
    may_change INTEGER NOT NULL,
    PRIMARY KEY (user, area)
) STRICT, WITHOUT ROWID;

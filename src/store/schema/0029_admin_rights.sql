-- Rights of administrators, by area. An administrator without rows may do everything. An
-- administrator with rows may do nothing in areas without a row.
CREATE TABLE admin_rights (
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    area TEXT NOT NULL,
    may_read INTEGER NOT NULL,
    may_change INTEGER NOT NULL,
    PRIMARY KEY (user, area)
) STRICT, WITHOUT ROWID;

-- Unfinished uploads belong to an account's id and not to its name: otherwise, a new account with
-- the name of a removed one would find the uploads of the removed one. They are removed with the
-- account.
CREATE TABLE uploads_of_users (
    id         TEXT PRIMARY KEY,
    user       INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    session    TEXT NOT NULL,                       -- from which session, or the id of the account and the name of the upload
    path       TEXT NOT NULL,                       -- full path of the file to be
    size_bytes INTEGER,                             -- as announced; NULL when it was not
    received   TEXT NOT NULL,                       -- byte ranges on disk: '0-1048576 2097152-3145728', ends exclusive
    created    INTEGER NOT NULL,
    touched    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO uploads_of_users (id, user, session, path, size_bytes, received, created, touched)
SELECT uploads.id, users.id,
    CASE instr(session, ':') WHEN 0 THEN session ELSE users.id || substr(session, instr(session, ':')) END,
    path, size_bytes, received, uploads.created, touched
FROM uploads JOIN users ON users.name = uploads.account AND users.created <= uploads.created;

DROP TABLE uploads;
ALTER TABLE uploads_of_users RENAME TO uploads;
CREATE UNIQUE INDEX uploads_of_session ON uploads(session, path);
CREATE INDEX uploads_of_user ON uploads(user);

-- The second factor of accounts: the key that the server shares with an authenticator app.
-- `last_step` is the step of 30 seconds of the last accepted code.
CREATE TABLE second_factors (
    user INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    key BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- Recovery codes for people who have lost the app, each for one use. Only hashes are stored.
CREATE TABLE recovery_codes (
    user INTEGER NOT NULL REFERENCES second_factors (user) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user, code_hash)
) STRICT, WITHOUT ROWID;

-- True if a session was begun with a second factor, or by a session that was.
ALTER TABLE sessions ADD COLUMN has_factor INTEGER NOT NULL DEFAULT 0;

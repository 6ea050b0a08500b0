-- Small values that clients keep for an account: how a list is sorted, what is folded away.

CREATE TABLE user_values (
    user  INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    key   TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, key, name)
) STRICT, WITHOUT ROWID;

-- Small values that clients store for an account, such as the order of a list.

CREATE TABLE user_values (
    user  INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    key   TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, key, name)
) STRICT, WITHOUT ROWID;

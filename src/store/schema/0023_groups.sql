-- Groups: accounts that share things together. Every account is a member of the group EVERYONE,
-- without a row. `key` is the name in the form for comparing. A group whose owner is removed
-- becomes one of the administrators'.
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    owner INTEGER REFERENCES users (id) ON DELETE SET NULL,
    is_everyone INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX groups_owner ON groups (owner) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX groups_everyone ON groups (is_everyone) WHERE is_everyone = 1;

CREATE TABLE group_members (
    "group" INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY ("group", user)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_user ON group_members (user);

INSERT INTO groups (name, key, email, is_everyone, created)
VALUES ('EVERYONE', 'everyone', '', 1, CAST(strftime('%s', 'now') AS INTEGER));

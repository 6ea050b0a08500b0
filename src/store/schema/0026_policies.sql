-- Policies: named sets of values, each for the accounts and groups that it is given to. One of them,
-- the default, is for everybody; it is always there. `key` is the name in the form for comparing.
CREATE TABLE policies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    is_default INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX policies_default ON policies (is_default) WHERE is_default = 1;

-- Values of policies and of single accounts. If a name has no row, the next less specific value
-- applies.
CREATE TABLE policy_values (
    policy INTEGER REFERENCES policies (id) ON DELETE CASCADE,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CHECK ((policy IS NULL) <> (user IS NULL)),
    UNIQUE (policy, name),
    UNIQUE (user, name)
) STRICT;

CREATE TABLE policy_members (
    policy INTEGER NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
    user INTEGER UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER UNIQUE REFERENCES groups (id) ON DELETE CASCADE,
    CHECK ((user IS NULL) <> ("group" IS NULL))
) STRICT;
CREATE INDEX policy_members_policy ON policy_members (policy);

INSERT INTO policies (name, key, is_default) VALUES ('Global Default Policy', 'global default policy', 1);

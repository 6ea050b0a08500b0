-- Further volumes that an administrator has added in the running cloud, beside those of the
-- configuration.
CREATE TABLE externals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    directory TEXT NOT NULL
) STRICT;

-- Whom an administrator has given a further volume, beside the members that the configuration names.
-- A volume goes by the id in its mark, so that its members stay when it gets another name.
CREATE TABLE external_members (
    volume TEXT NOT NULL,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    may_write INTEGER NOT NULL,
    CHECK ((user IS NULL) <> ("group" IS NULL)),
    UNIQUE (volume, user),
    UNIQUE (volume, "group")
) STRICT;
CREATE INDEX external_members_user ON external_members (user) WHERE user IS NOT NULL;
CREATE INDEX external_members_group ON external_members ("group") WHERE "group" IS NOT NULL;

-- Links that can be used once: to choose a password, or to verify an e-mail address. Only the hash
-- of a link's secret is stored. `email`: the address to which it was mailed; NULL if a person
-- copied it.
CREATE TABLE one_time_links (
    token_hash BLOB PRIMARY KEY NOT NULL,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose INTEGER NOT NULL,
    email TEXT,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_links_user ON one_time_links (user);

-- Accounts that people made for themselves. `status`: the status of the account after the approval;
-- `waits`: 1 for the verification of its e-mail address, 2 for an administrator.
CREATE TABLE sign_ups (
    user INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    status INTEGER NOT NULL,
    waits INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ups_created ON sign_ups (created);

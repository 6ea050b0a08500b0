-- People who were invited into the cloud by mail, each with the account that invited them. An
-- invitation is open as long as nobody has signed in to its account.
CREATE TABLE invitations (
    user INTEGER PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    inviter INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_inviter ON invitations (inviter);

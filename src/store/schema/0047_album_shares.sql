-- A share is of an entry or of an album, which is an account's own list of favorites. It is removed
-- with either. The tables are made anew, because a column cannot become nullable.
CREATE TABLE shares_of_both (
    id TEXT PRIMARY KEY,                       -- 24 hexadecimal digits
    node INTEGER REFERENCES nodes (id) ON DELETE CASCADE,
    list INTEGER UNIQUE REFERENCES favorite_lists (id) ON DELETE CASCADE,
    owner INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    token TEXT NOT NULL,                       -- of the short address, as it was chosen
    token_key TEXT NOT NULL UNIQUE,            -- the same in lower case
    link_id TEXT NOT NULL UNIQUE,              -- of the path of the link, 16 characters
    hidden_owner TEXT NOT NULL UNIQUE,         -- stands for the owner in the path of the link
    is_public INTEGER NOT NULL DEFAULT 0,      -- the link leads somewhere
    may_upload INTEGER NOT NULL DEFAULT 0,
    is_view_only INTEGER NOT NULL DEFAULT 0,
    is_upload_only INTEGER NOT NULL DEFAULT 0,
    is_home_only INTEGER NOT NULL DEFAULT 0,   -- the link leads nowhere outside of the local network
    password_hash TEXT,                        -- a PHC string
    ends INTEGER,                              -- the link, in seconds since 1970 UTC
    downloads_max INTEGER NOT NULL DEFAULT 0,  -- 0: no limit
    downloads_used INTEGER NOT NULL DEFAULT 0,
    upload_bytes_max INTEGER NOT NULL DEFAULT 0, -- of one file; 0: no limit
    hides_notifications INTEGER NOT NULL DEFAULT 0,
    default_file TEXT NOT NULL DEFAULT '',
    visits INTEGER NOT NULL DEFAULT 0,
    last_visit INTEGER,
    CHECK ((node IS NULL) <> (list IS NULL))
) STRICT;
INSERT INTO shares_of_both
    SELECT id, node, NULL, owner, name, created, token, token_key, link_id, hidden_owner, is_public, may_upload,
        is_view_only, is_upload_only, is_home_only, password_hash, ends, downloads_max, downloads_used, upload_bytes_max,
        hides_notifications, default_file, visits, last_visit
    FROM shares ORDER BY rowid;

CREATE TABLE members_of_both (
    share TEXT NOT NULL REFERENCES shares_of_both (id) ON DELETE CASCADE,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    rights INTEGER NOT NULL,                   -- bits, as `Rights` has them
    has_left INTEGER NOT NULL DEFAULT 0,
    CHECK ((user IS NULL) <> ("group" IS NULL)),
    UNIQUE (share, user),
    UNIQUE (share, "group")
) STRICT;
INSERT INTO members_of_both SELECT share, user, "group", rights, has_left FROM share_members ORDER BY rowid;

DROP TABLE share_members;
DROP TABLE shares;
ALTER TABLE shares_of_both RENAME TO shares;
ALTER TABLE members_of_both RENAME TO share_members;
CREATE INDEX shares_node ON shares (node);
CREATE INDEX shares_owner ON shares (owner);
CREATE INDEX share_members_user ON share_members (user) WHERE user IS NOT NULL;
CREATE INDEX share_members_group ON share_members ("group") WHERE "group" IS NOT NULL;

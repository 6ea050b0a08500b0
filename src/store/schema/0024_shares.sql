-- Shares. A share belongs to an entry of the index: it follows when the entry is renamed or moved,
-- rests while the entry is in the recycle bin, and is removed with it. `owner` is the account that
-- shares; the files may belong to another account.
CREATE TABLE shares (
    id TEXT PRIMARY KEY,                       -- 24 hexadecimal digits
    node INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
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
    last_visit INTEGER
) STRICT;
CREATE INDEX shares_node ON shares (node);
CREATE INDEX shares_owner ON shares (owner);

-- Members of shares. A row with `has_left` and without rights keeps out an account that is a member
-- through a group.
CREATE TABLE share_members (
    share TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    rights INTEGER NOT NULL,                   -- bits, as `Rights` has them
    has_left INTEGER NOT NULL DEFAULT 0,
    CHECK ((user IS NULL) <> ("group" IS NULL)),
    UNIQUE (share, user),
    UNIQUE (share, "group")
) STRICT;
CREATE INDEX share_members_user ON share_members (user) WHERE user IS NOT NULL;
CREATE INDEX share_members_group ON share_members ("group") WHERE "group" IS NOT NULL;

-- Access lists of folders.
CREATE TABLE access_lists (
    node INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
    inherits INTEGER NOT NULL,                 -- whether the lists of the folders above hold too
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE access_entries (
    node INTEGER NOT NULL REFERENCES access_lists (node) ON DELETE CASCADE,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    is_allowed INTEGER NOT NULL,               -- else denied
    rights INTEGER NOT NULL,                   -- bits, as `Rights` has them
    CHECK ((user IS NULL) <> ("group" IS NULL)),
    UNIQUE (node, user, is_allowed),
    UNIQUE (node, "group", is_allowed)
) STRICT;
CREATE INDEX access_entries_user ON access_entries (user) WHERE user IS NOT NULL;
CREATE INDEX access_entries_group ON access_entries ("group") WHERE "group" IS NOT NULL;

-- Things that need a look and that an administrator has put aside. They come back if their reason
-- changes, because it is part of `id`.
CREATE TABLE alerts_aside (
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

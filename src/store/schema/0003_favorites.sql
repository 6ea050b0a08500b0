-- Favorites: entries that people star or put into lists. They refer to ids of the index, so that a
-- renamed or moved entry stays in its lists. They are removed with the entry's row or the account.

CREATE TABLE favorite_lists (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user    INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (user, name)
) STRICT;

CREATE TABLE favorites (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    user     INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    list     INTEGER NOT NULL,                      -- 0: the stars, a list that everybody has and that has no row
    node     INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,                      -- the order in the list
    UNIQUE (user, list, node)
) STRICT;
CREATE INDEX favorites_of_node ON favorites(node);

-- Comments on files and folders. They refer to ids of the index, and are removed with the entry's
-- row or the account.

CREATE TABLE comments (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    node    INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    author  INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    text    TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER                                 -- NULL: never
) STRICT;
CREATE INDEX comments_of_node ON comments(node);
CREATE INDEX comments_of_author ON comments(author);

-- A listing shows which entries have comments. With this count, the query reads only the comments
-- of those entries, no matter how large the folder is and how many comments exist elsewhere.
ALTER TABLE nodes ADD COLUMN comments INTEGER NOT NULL DEFAULT 0;
CREATE INDEX nodes_commented ON nodes(parent, name) WHERE comments > 0;
CREATE TRIGGER comment_added AFTER INSERT ON comments BEGIN
    UPDATE nodes SET comments = comments + 1 WHERE id = new.node;
END;
CREATE TRIGGER comment_removed AFTER DELETE ON comments BEGIN
    UPDATE nodes SET comments = comments - 1 WHERE id = old.node;
END;

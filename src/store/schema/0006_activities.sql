-- What happened to files and folders, for people: the audit log says what was called, with the paths of that day; these
-- rows hang on the ids of the index and so know where the entry is now. Few are kept, and not for long.

CREATE TABLE activities (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    action INTEGER NOT NULL,                        -- the API's numbers, in store/activities.rs
    user   INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    node   INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    folder INTEGER NOT NULL,                        -- where it lay when this happened, for what is in the bin now
    name   TEXT NOT NULL,
    note   TEXT NOT NULL                            -- the name or the path before, where it is another
) STRICT;
CREATE INDEX activities_of_node ON activities(node);

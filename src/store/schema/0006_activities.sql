-- Activities: the history of files and folders, for people. The audit log has calls with the paths
-- of their time; these rows refer to ids of the index, and so lead to an entry's current location.
-- They are few and kept for a short time.

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

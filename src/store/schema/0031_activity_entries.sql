-- An activity is one action: moving 50 files to a folder is one row here, and each file is an entry
-- of it. Before, each file had an activity of its own, and a single action on thousands of files
-- displaced the history of a whole family.
ALTER TABLE activities RENAME TO activities_before;
DROP INDEX activities_of_node;

CREATE TABLE activities (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,                     -- of its newest entry
    action    INTEGER NOT NULL,                     -- the API's numbers, in store/activities.rs
    user      INTEGER REFERENCES users(id) ON DELETE CASCADE,   -- NULL for another program
    folder    INTEGER NOT NULL,                     -- of its entries at that time; what is in the bin now is shown there
    came_from TEXT NOT NULL,                        -- the path of the folder before, of what was moved
    how       TEXT NOT NULL
) STRICT;
CREATE INDEX activities_by_time ON activities(at);
CREATE INDEX activities_of_folder ON activities(folder, action);

CREATE TABLE activity_entries (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    activity INTEGER NOT NULL REFERENCES activities(id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    node     INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    name     TEXT NOT NULL,
    note     TEXT NOT NULL                          -- the name or the path before, where it is another
) STRICT;
CREATE INDEX activity_entries_of_node ON activity_entries(node);
CREATE INDEX activity_entries_of_activity ON activity_entries(activity);

-- An activity ends with its last entry.
CREATE TRIGGER activity_without_entries AFTER DELETE ON activity_entries
WHEN NOT EXISTS (SELECT 1 FROM activity_entries WHERE activity = old.activity) BEGIN
    DELETE FROM activities WHERE id = old.activity;
END;

-- The actions of one account on the entries of one folder within ten minutes become one activity.
-- Moves stay single: the earlier folder is part of a path.
CREATE TEMP TABLE activity_of AS
    SELECT id, min(id) OVER (PARTITION BY user, action, folder, how, at / 600, CASE WHEN action IN (7, 9) THEN id END) AS activity
    FROM activities_before;
INSERT INTO activities (id, at, action, user, folder, came_from, how)
    SELECT activity, max(at), action, user, folder, '', how
    FROM activities_before JOIN activity_of USING (id) GROUP BY activity ORDER BY activity;
INSERT INTO activity_entries (id, activity, at, node, name, note)
    SELECT id, activity, at, node, name, note FROM activities_before JOIN activity_of USING (id) ORDER BY id;
DROP TABLE activity_of;
DROP TABLE activities_before;

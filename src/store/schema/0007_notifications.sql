-- Notifications: changes by others that people should see at their next visit, and the places for
-- which they want none. Shortcuts: names that people give to places for themselves. All refer to
-- ids of the index.

CREATE TABLE toasts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user    INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    actor   INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    node    INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    action  INTEGER NOT NULL,                       -- the numbers of activities
    text    TEXT NOT NULL,
    created INTEGER NOT NULL,
    is_read INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX toasts_of_user ON toasts(user);
CREATE INDEX toasts_of_node ON toasts(node);

CREATE TABLE notification_filters (
    user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    node INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    PRIMARY KEY (user, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_filters_of_node ON notification_filters(node);

CREATE TABLE shortcuts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user    INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    node    INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    kind    INTEGER NOT NULL,                       -- the client's own number
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX shortcuts_of_user ON shortcuts(user);
CREATE INDEX shortcuts_of_node ON shortcuts(node);

-- Metadata: sets of attributes that administrators define, and their values on files and folders.
-- Values belong to entries of the index: they follow when the entry is renamed or moved, rest while
-- it is in the recycle bin, and are removed with it.
CREATE TABLE metadata_sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,                  -- the name in the form for comparing
    description TEXT NOT NULL,
    kind INTEGER NOT NULL,                     -- 2: on every entry, 3: where somebody adds it
    is_disabled INTEGER NOT NULL,
    is_everywhere INTEGER NOT NULL             -- else below its places only
) STRICT;

CREATE TABLE metadata_attributes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    metadata_set INTEGER NOT NULL REFERENCES metadata_sets (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    type INTEGER NOT NULL,                     -- as in `store::metadata::AttributeType`
    is_required INTEGER NOT NULL,
    is_disabled INTEGER NOT NULL,
    default_value TEXT NOT NULL,
    choices TEXT NOT NULL                      -- of an enumeration, one a line
) STRICT;
CREATE INDEX metadata_attributes_set ON metadata_attributes (metadata_set, position);

-- The accounts and groups that may see and change the values of a set. Others may not.
CREATE TABLE metadata_members (
    metadata_set INTEGER NOT NULL REFERENCES metadata_sets (id) ON DELETE CASCADE,
    user INTEGER REFERENCES users (id) ON DELETE CASCADE,
    "group" INTEGER REFERENCES groups (id) ON DELETE CASCADE,
    may_read INTEGER NOT NULL,
    may_write INTEGER NOT NULL,
    CHECK ((user IS NULL) <> ("group" IS NULL)),
    UNIQUE (metadata_set, user),
    UNIQUE (metadata_set, "group")
) STRICT;
CREATE INDEX metadata_members_user ON metadata_members (user) WHERE user IS NOT NULL;
CREATE INDEX metadata_members_group ON metadata_members ("group") WHERE "group" IS NOT NULL;

CREATE TABLE metadata_places (
    metadata_set INTEGER NOT NULL REFERENCES metadata_sets (id) ON DELETE CASCADE,
    node INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
    PRIMARY KEY (metadata_set, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_places_node ON metadata_places (node);

-- The sets that entries have, and the values that are not empty.
CREATE TABLE metadata_entries (
    node INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
    metadata_set INTEGER NOT NULL REFERENCES metadata_sets (id) ON DELETE CASCADE,
    PRIMARY KEY (node, metadata_set)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_entries_set ON metadata_entries (metadata_set);

CREATE TABLE metadata_values (
    node INTEGER NOT NULL,
    metadata_set INTEGER NOT NULL,
    attribute INTEGER NOT NULL REFERENCES metadata_attributes (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    folded TEXT NOT NULL,                      -- for the search
    PRIMARY KEY (node, attribute),
    FOREIGN KEY (node, metadata_set) REFERENCES metadata_entries (node, metadata_set) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_values_entry ON metadata_values (node, metadata_set);
CREATE INDEX metadata_values_attribute ON metadata_values (attribute);

-- The set that every entry has. People may tag every entry that they may change.
INSERT INTO metadata_sets (id, name, key, description, kind, is_disabled, is_everywhere)
    VALUES (1, 'Default', 'default', 'On every file and folder', 2, 0, 1);
INSERT INTO metadata_attributes
    (id, metadata_set, position, name, description, type, is_required, is_disabled, default_value, choices)
    VALUES (1, 1, 0, 'Tags', 'Words to find it by', 7, 0, 0, '', '');
INSERT INTO metadata_members (metadata_set, "group", may_read, may_write)
    SELECT 1, id, 1, 1 FROM groups WHERE is_everyone;

-- Operations for the recycle bin and for versions. An entry of the bin gets a name, unique in its
-- bin, and refers to its entry of the index, so that versions and other data come back with it.
-- Versions are numbered for each file, because several may be made in one second.

ALTER TABLE trash ADD COLUMN name TEXT NOT NULL DEFAULT '';   -- in the bin: the last name of its path, numbered if need be
ALTER TABLE trash ADD COLUMN node INTEGER;                    -- NULL when the index did not know it
UPDATE trash SET name = replace(path, rtrim(path, replace(path, '/', '')), '');
UPDATE trash SET name = id WHERE name = '';
UPDATE trash SET name = name || ' (' || id || ')' WHERE EXISTS
    (SELECT 1 FROM trash AS other WHERE other.owner = trash.owner AND other.name = trash.name AND other.id < trash.id);
UPDATE trash SET node = (SELECT nodes.id FROM nodes WHERE nodes.name = trash.id AND nodes.parent = -nodes.id);
CREATE UNIQUE INDEX trash_by_name ON trash(owner, name);
CREATE INDEX trash_by_age ON trash(deleted);

ALTER TABLE versions ADD COLUMN number INTEGER NOT NULL DEFAULT 0;   -- 1 for the oldest ever; never used twice in a file
ALTER TABLE versions ADD COLUMN written_by TEXT NOT NULL DEFAULT ''; -- the account that wrote it; empty when not known
UPDATE versions SET number = (SELECT count(*) FROM versions AS earlier WHERE earlier.node = versions.node
    AND (earlier.created, earlier.id) <= (versions.created, versions.id));
DROP INDEX versions_of_node;
CREATE UNIQUE INDEX versions_of_node ON versions(node, number);
CREATE INDEX versions_by_age ON versions(created);

-- A version that was restored as the current content keeps its id as long as it is the current
-- content.
CREATE TABLE promotions (
    node INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    id   TEXT NOT NULL,
    etag TEXT NOT NULL                              -- of the content; with another one this row says nothing
) STRICT;

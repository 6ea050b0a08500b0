-- Search for one or two letters, and for the beginning of names.

-- Parts of one and two characters are indexed, too, so that a search for a short text need not read
-- every name. The beginning and the end of a name count as characters, so that a search for the
-- beginning does not find the middle of names. name_parts() (store/names.rs) makes the parts,
-- because SQLite's own tokenizers cannot.
DROP TRIGGER node_names_insert;
DROP TRIGGER node_names_update;
DROP TRIGGER node_names_delete;
DROP TABLE node_names;
CREATE VIRTUAL TABLE node_names USING fts5(
    parts, content='', contentless_delete=1, detail='none', tokenize='ascii'
);
INSERT INTO node_names (rowid, parts) SELECT id, name_parts(name) FROM nodes WHERE parent > 0;

CREATE TRIGGER node_names_insert AFTER INSERT ON nodes WHEN new.parent > 0 BEGIN
    INSERT INTO node_names (rowid, parts) VALUES (new.id, name_parts(new.name));
END;
CREATE TRIGGER node_names_update AFTER UPDATE OF parent, name ON nodes
WHEN new.name <> old.name OR (new.parent > 0) <> (old.parent > 0) BEGIN
    DELETE FROM node_names WHERE rowid = old.id;
    INSERT INTO node_names (rowid, parts) SELECT new.id, name_parts(new.name) WHERE new.parent > 0;
END;
CREATE TRIGGER node_names_delete AFTER DELETE ON nodes BEGIN
    DELETE FROM node_names WHERE rowid = old.id;
END;

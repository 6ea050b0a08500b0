-- Search for one and two letters, and for how names begin.

-- Parts of one and two characters are indexed beside those of three, so that short texts are not looked for by reading every
-- name; and the beginning and the end of a name count as characters, so that what begins with a text is found without what
-- only contains it. The parts are made by name_parts() (store/names.rs), which SQLite's own tokenizers cannot do.
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

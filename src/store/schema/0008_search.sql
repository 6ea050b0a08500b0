-- Search in names.

-- The parts of three characters of every name in the tree, in the form of fold_name()
-- (store/names.rs): lower case, without accents. The names stay in nodes, and the triggers keep
-- both in step. Entries in the recycle bin are left out.
CREATE VIRTUAL TABLE node_names USING fts5(
    folded, content='', contentless_delete=1, detail='none', tokenize='trigram case_sensitive 1'
);
INSERT INTO node_names (rowid, folded) SELECT id, fold_name(name) FROM nodes WHERE parent > 0;

CREATE TRIGGER node_names_insert AFTER INSERT ON nodes WHEN new.parent > 0 BEGIN
    INSERT INTO node_names (rowid, folded) VALUES (new.id, fold_name(new.name));
END;
CREATE TRIGGER node_names_update AFTER UPDATE OF parent, name ON nodes
WHEN new.name <> old.name OR (new.parent > 0) <> (old.parent > 0) BEGIN
    DELETE FROM node_names WHERE rowid = old.id;
    INSERT INTO node_names (rowid, folded) SELECT new.id, fold_name(new.name) WHERE new.parent > 0;
END;
CREATE TRIGGER node_names_delete AFTER DELETE ON nodes BEGIN
    DELETE FROM node_names WHERE rowid = old.id;
END;

-- The folder's time of modification at its last complete visit. If the disk has another time, the
-- folder must be visited again before its names are complete. NULL: never visited.
ALTER TABLE nodes ADD COLUMN visited_ns INTEGER;
-- An index of folders only, for reading all of them.
CREATE INDEX nodes_folders ON nodes(parent) WHERE is_folder = 1;

-- Search terms that people have used, as suggestions.
CREATE TABLE search_terms (
    user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    term TEXT NOT NULL,
    used INTEGER NOT NULL,                          -- grows with every use: the order among a user's terms
    PRIMARY KEY (user, term)
) STRICT, WITHOUT ROWID;

-- Search by names.

-- The parts of three characters of every name in the tree, in the form of fold_name() (store/names.rs): lower case, without
-- accents. Names themselves stay in nodes, which the triggers keep this in step with. Of the bin nothing is in here.
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

-- When a folder was last modified at the time of its last whole visit: where the disk says otherwise it must be visited again
-- before its names are complete. NULL: never visited.
ALTER TABLE nodes ADD COLUMN visited_ns INTEGER;
-- The folders alone: what a look at all of them reads.
CREATE INDEX nodes_folders ON nodes(parent) WHERE is_folder = 1;

-- What people have searched for, to be offered again.
CREATE TABLE search_terms (
    user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    term TEXT NOT NULL,
    used INTEGER NOT NULL,                          -- grows with every use: the order among a user's terms
    PRIMARY KEY (user, term)
) STRICT, WITHOUT ROWID;

-- Search in the content of small text files, if the setting search_text allows it.

-- The distinct words of each text file, in the form of base/words.rs, by the file's id. The texts
-- themselves stay on the disk.
CREATE VIRTUAL TABLE texts USING fts5(
    words, content='', contentless_delete=1, detail='none', tokenize='ascii'
);
-- Files to be read because they are new or have changed. Rows are added only while facts has the
-- name search_text, so that the search costs nothing when it is off.
CREATE TABLE texts_due (
    node INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER texts_insert AFTER INSERT ON nodes
WHEN new.is_folder = 0 AND new.size_bytes > 0 AND new.parent > 0
    AND EXISTS (SELECT 1 FROM facts WHERE name = 'search_text') BEGIN
    INSERT INTO texts_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER texts_update AFTER UPDATE OF is_folder, size_bytes, modified_ns, inode ON nodes
WHEN (new.is_folder, new.size_bytes, new.modified_ns, new.inode)
    <> (old.is_folder, old.size_bytes, old.modified_ns, old.inode)
    AND (old.is_folder = 0 OR new.is_folder = 0) AND EXISTS (SELECT 1 FROM facts WHERE name = 'search_text') BEGIN
    INSERT INTO texts_due (node) VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER texts_delete AFTER DELETE ON nodes BEGIN
    DELETE FROM texts WHERE rowid = old.id;
    DELETE FROM texts_due WHERE node = old.id;
END;
